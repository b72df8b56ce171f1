import { globSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresServer } from "@mosaic/fleet-testkit/postgres";
import { lookAtStore, stopStore } from "../src/store-control.ts";
import { storePlace } from "../src/store-place.ts";
import type { FireAddress } from "./fire-store.ts";

/** A store that is shot at. */
export interface FireWorld extends AsyncDisposable {
  readonly folder: string;
  readonly address: FireAddress;
  /** What can happen to it, by name. Each returns whether it hit something. */
  readonly blows: Readonly<Record<string, () => Promise<boolean>>>;
  /** Sets the store's clock ahead, or back; undefined where nothing can move it. */
  readonly setClock: ((aheadSeconds: number) => Promise<void>) | undefined;
}

export async function embeddedFire(): Promise<FireWorld> {
  const folder = await mkdtemp(join(tmpdir(), "mf-fire-"));
  const clock = join(folder, "clock");
  await writeFile(clock, "0");
  const dataDir = join(folder, "store");
  const place = storePlace(dataDir, folder);
  return {
    folder,
    address: { store: "embedded", dataDir, temporary: folder, clock },
    blows: {
      async "store service"() {
        const hello = await lookAtStore(place);
        return hello !== undefined && kill(hello.pid);
      },
    },
    setClock: (seconds) => replace(clock, String(seconds * 1_000)),
    async [Symbol.asyncDispose]() {
      await stopStore(place);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @param movable - With libfaketime before the server, which must be installed. */
export async function serverFire({ movable }: { readonly movable: boolean }): Promise<FireWorld> {
  const folder = await mkdtemp(join(tmpdir(), "mf-fire-"));
  // The server's own user reads it.
  await chmod(folder, 0o711);
  const clock = join(folder, "clock");
  await writeFile(clock, "+0\n", { mode: 0o644 });
  const foreign = new Set(sharedMemory());
  const server = await postgresServer({ durable: true, under: movable ? fakeTime(clock) : [] });
  const database = await server.database();
  const up = async (): Promise<boolean> => {
    // Until those who were left without a server have noticed.
    for (let attempt = 1; ; attempt++)
      try {
        await server.start();
        return true;
      } catch (error) {
        if (attempt === 20) throw error;
      }
  };
  const postmaster = (): number =>
    Number(readFileSync(join(server.folder, "data/postmaster.pid"), "utf8").split("\n")[0]);
  return {
    folder,
    address: { store: "server", url: server.url(database) },
    blows: {
      async "server backend"() {
        const one = `select pid from pg_stat_activity where datname = '${database}'
          and pid <> pg_backend_pid() and backend_type = 'client backend' order by random() limit 1`;
        const pid = Number(await server.sql(database, one).catch(() => ""));
        return pid > 0 && kill(pid);
      },
      async "server postmaster"() {
        return kill(postmaster()) && up();
      },
      async "server crash"() {
        await server.stop("immediate");
        return up();
      },
    },
    setClock: movable
      ? (seconds) => replace(clock, `${seconds < 0 ? "" : "+"}${String(seconds)}\n`)
      : undefined,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      for (const path of sharedMemory()) if (!foreign.has(path)) await rm(path, { force: true });
    },
  };
}

/** What libfaketime leaves when it is killed. */
const sharedMemory = (): string[] => globSync("/dev/shm/{faketime_shm,sem.faketime_sem}_*");

/** What stands before the server so that its clock, and nobody else's, is what the file says. */
function fakeTime(file: string): string[] {
  const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
  if (library === undefined)
    throw new Error("Moving the server's clock needs libfaketime. Install it: apt-get install libfaketime.");
  return [
    "env",
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    "FAKETIME_CACHE_DURATION=1",
    "FAKETIME_DONT_FAKE_MONOTONIC=1",
  ];
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Who reads it never finds half of it. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o644 });
  await rename(`${path}.new`, path);
}
