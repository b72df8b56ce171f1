import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Backlog } from "../src/backlog.ts";
import { openServerBacklog } from "../src/open.ts";
import { connectStore } from "../src/store-client.ts";
import { storePlace } from "../src/store-place.ts";
import { identity } from "./identity.ts";

/** How a claimer gets to the store. */
export type FireAddress =
  | { readonly store: "server"; readonly url: string }
  | {
      readonly store: "embedded";
      readonly dataDir: string;
      readonly temporary: string;
      readonly clock: string;
    };

export async function connectFireStore(address: FireAddress): Promise<Backlog> {
  if (address.store === "server") return openServerBacklog({ url: address.url, poolSize: 1, ...identity });
  return connectStore({
    place: storePlace(address.dataDir, address.temporary),
    version: "1.0.0",
    start: () => startService(address),
  });
}

/** It outlives who starts it. @returns Its first line. */
async function startService({
  dataDir,
  temporary,
  clock,
}: Extract<FireAddress, { store: "embedded" }>): Promise<string | undefined> {
  const path = fileURLToPath(new URL("fire-service.ts", import.meta.url));
  const log = openSync(join(temporary, "service.log"), "a");
  const service = spawn(process.execPath, ["--conditions=@mosaic/source", path, dataDir, temporary, clock], {
    detached: true,
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  const { stdout } = service;
  if (stdout === null) throw new Error("a pipe was asked for");
  const lines = createInterface({ input: stdout });
  const [line] = (await Promise.race([once(lines, "line"), once(service, "exit")])) as unknown[];
  lines.close();
  stdout.destroy();
  service.unref();
  return typeof line === "string" ? line : undefined;
}
