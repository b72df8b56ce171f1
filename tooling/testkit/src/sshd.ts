import { globSync } from "node:fs";
import { appendFile, chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createRun, type Run } from "@mosaic/fleet-process";
import { isRunning, waitFor } from "./tmux.ts";

/** An ssh of a test's own: its key, the hosts it knows, and no configuration of anybody else. */
export interface SshClient extends AsyncDisposable {
  /** Holds `ssh`: comes first on the PATH of what should use it. */
  readonly bin: string;
  /** Starts an sshd on the loopback, which this client knows as `host`. */
  readonly server: (host: string, options: SshServerOptions) => Promise<SshServer>;
  /** Makes `host` known under a port on which nobody listens. */
  readonly nobody: (host: string) => Promise<void>;
  /** Stops every server and removes everything. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface SshServerOptions {
  /** What a session has in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** By how much its clock is ahead, in hours. */
  readonly hoursAhead?: number;
}

export interface SshServer {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Gives the host another key, as if it were set up anew, or were another. */
  readonly changeKey: () => Promise<void>;
}

const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

export async function sshClient(): Promise<SshClient> {
  const ssh = programNamed("ssh", "openssh-client");
  const sshd = programNamed("sshd", "openssh-server");
  const folder = await mkdtemp(join(tmpdir(), "mf-ssh-"));
  const run = createRun({ ...process.env, LC_ALL: "C" });
  const bin = join(folder, "bin");
  const config = join(folder, "config");
  const knownHosts = join(folder, "known_hosts");
  const key = join(folder, "key");
  await mkdir(bin);
  await keygen(run, key);
  await writeFile(join(bin, "ssh"), `#!/bin/sh\nexec '${ssh}' -F '${config}' "$@"\n`);
  await chmod(join(bin, "ssh"), 0o755);
  await writeFile(
    config,
    [
      `IdentityFile ${key}`,
      "IdentitiesOnly yes",
      `UserKnownHostsFile ${knownHosts}`,
      "GlobalKnownHostsFile /dev/null",
      "",
    ].join("\n"),
  );
  // sshd separates its privileges in this folder, which a service manager would make.
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const servers: SshServer[] = [];
  const know = (host: string, port: number): Promise<void> =>
    appendFile(
      config,
      `Host ${host}\n  HostName 127.0.0.1\n  HostKeyAlias ${host}\n  Port ${String(port)}\n`,
    );
  return {
    bin,
    async nobody(host) {
      await know(host, await freePort());
    },
    async server(host, options) {
      const own = join(folder, host);
      await mkdir(own);
      const port = await freePort();
      const hostKey = join(own, "host_key");
      await keygen(run, hostKey);
      await appendFile(knownHosts, `${host} ${await readFile(`${hostKey}.pub`, "utf8")}`);
      await copyFile(`${key}.pub`, join(own, "authorized_keys"));
      await writeFile(join(own, "sshd_config"), configuration(own, port, options));
      await know(host, port);
      const server = controlled(run, sshd, own, hostKey);
      servers.push(server);
      await server.start();
      return server;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, port: number, { env, hoursAhead = 0 }: SshServerOptions): string {
  const skewed =
    hoursAhead === 0
      ? {}
      : {
          LD_PRELOAD: fakeTimeLibrary(),
          FAKETIME: `+${String(hoursAhead)}h`,
          FAKETIME_DONT_FAKE_MONOTONIC: "1",
        };
  const set = Object.entries({ ...env, ...skewed }).map(([name, value]) => `"${name}=${value}"`);
  return [
    `Port ${String(port)}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host_key`,
    `PidFile ${folder}/sshd.pid`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    `SetEnv ${set.join(" ")}`,
    "",
  ].join("\n");
}

function controlled(run: Run, sshd: string, folder: string, hostKey: string): SshServer {
  const pidFile = join(folder, "sshd.pid");
  const pidOf = async (): Promise<number | undefined> => {
    const text = await readFile(pidFile, "utf8").catch(() => "");
    return text === "" ? undefined : Number(text);
  };
  const server: SshServer = {
    async start() {
      // It forks: this call returns when it listens.
      const started = await run([sshd, "-f", join(folder, "sshd_config"), "-E", join(folder, "log")]);
      if (started.exitCode !== 0) {
        const log = await readFile(join(folder, "log"), "utf8").catch(() => "");
        throw new Error(`sshd did not start: ${log}${started.stderr}`);
      }
      await waitFor(pidOf, { what: "sshd" });
    },
    async stop() {
      const pid = await pidOf();
      if (pid === undefined || !isRunning(pid)) return;
      process.kill(pid, "SIGTERM");
      await waitFor(() => !isRunning(pid), { what: "the end of sshd" });
      await rm(pidFile, { force: true });
    },
    async changeKey() {
      await server.stop();
      await rm(hostKey);
      await rm(`${hostKey}.pub`);
      await keygen(run, hostKey);
      await server.start();
    },
  };
  return server;
}

async function keygen(run: Run, path: string): Promise<void> {
  const made = await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path]);
  if (made.exitCode !== 0) throw new Error(`ssh-keygen failed: ${made.stderr}`);
}

function programNamed(name: string, debianPackage: string): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  const found = folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => globSync(path).length > 0);
  if (found !== undefined) return found;
  throw new Error(`The ssh tests need ${name}. Install it: apt-get install ${debianPackage} (Debian).`);
}

function fakeTimeLibrary(): string {
  const [found] = globSync("/usr/lib/*/faketime/libfaketime.so.1");
  if (found !== undefined) return found;
  throw new Error("A clock that is wrong needs libfaketime. Install it: apt-get install faketime (Debian).");
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => {
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return promise;
}
