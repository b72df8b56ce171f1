import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";

/** Lives as long as the disks, and says when they can be mounted. */
const HOLDER = ["unshare", "-m", "sh", "-c", "echo ready; exec sleep 600"] as const;

/** Small disks of a test's own. */
export interface OwnDisk extends AsyncDisposable {
  /** A process that sees the disks; nobody else does. */
  readonly pid: number;
  /** @param options - Of tmpfs; default `size=256k`. */
  mount(folder: string, options?: string): Promise<void>;
  /** @param options - As `ro`, `rw` or `size=64m`. */
  remount(folder: string, options: string): Promise<void>;
}

/** A mount namespace of its own, which ends with its last process, however this test ends. */
export async function ownDisk(): Promise<OwnDisk> {
  if (process.getuid?.() !== 0)
    throw new Error("This test mounts a small disk: run it as root, with unshare and nsenter.");
  const [program, ...args] = HOLDER;
  const holder = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const { pid } = holder;
  await once(holder.stdout, "data");
  if (pid === undefined) throw new Error("unshare did not start");
  const run = createRun(process.env);
  const mount = async (...how: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await run(["nsenter", "-t", String(pid), "-m", "--", "mount", ...how]);
    if (exitCode !== 0) throw new Error(`no disk: ${stderr}`);
  };
  return {
    pid,
    mount: async (folder, options = "size=256k") => {
      await mkdir(folder, { recursive: true });
      await mount("-t", "tmpfs", "-o", options, "none", folder);
    },
    // A service that has just ended may hold a file for a moment longer.
    remount: async (folder, options) => {
      await waitFor(
        () =>
          mount("-o", `remount,${options}`, folder).then(
            () => true,
            (error: unknown) => {
              if (String(error).includes("busy")) return false;
              throw error;
            },
          ),
        { what: `${folder} to be mounted with ${options}` },
      );
    },
    async [Symbol.asyncDispose]() {
      holder.kill();
      await once(holder, "close");
    },
  };
}
