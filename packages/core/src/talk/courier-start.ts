import { startDetached } from "@mosaic/fleet-process";
import { outsideOfAgents } from "../manage/cgroup.ts";
import type { FleetContext } from "../context.ts";
import { mayWait } from "./mailbox.ts";

/** How long to wait for its first line, in milliseconds; it goes on also without us. */
const START_MS = 5_000;

/**
 * Starts the courier of this home, a process of its own that delivers what waits and ends when nothing does. Where one
 * runs already the second ends at once.
 */
export async function startCourier(context: FleetContext): Promise<void> {
  const { home, program, path, userHome, store, tmuxFolder } = context;
  const [node, ...script] = program;
  await startDetached(
    await outsideOfAgents([
      node,
      ...script,
      "agent",
      "deliver",
      "--wait",
      "--unattended",
      "--json",
      "--mosaic-home",
      home.root,
    ]),
    {
      // No more than it needs: it outlives whoever started it. The store's address may be known to this process alone.
      env: {
        PATH: path,
        HOME: userHome,
        TMPDIR: store.temporary,
        MOSAIC_STORE_IDLE_SECONDS: String(store.idleSeconds),
        ...(tmuxFolder === "" ? {} : { TMUX_TMPDIR: tmuxFolder }),
        ...(store.dataDir === undefined ? {} : { PGLITE_DATA_DIR: store.dataDir }),
        ...(store.databaseUrl === undefined ? {} : { DATABASE_URL: store.databaseUrl }),
      },
      timeoutMs: START_MS,
    },
  );
}

/** Called where an agent starts: what waits for one may be delivered soon. */
export async function wakeCourier(context: FleetContext): Promise<void> {
  if (await mayWait(context)) await startCourier(context).catch(() => undefined);
}
