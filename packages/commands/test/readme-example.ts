import { RUNTIMES, readScreen } from "@mosaic/fleet-commands/runtimes";
import { captureScreen, listPanes, parsePanes, type Socket } from "@mosaic/fleet-commands/tmux";
import type { Run } from "@mosaic/fleet-process";

/** What stands in the composer of each session that a runtime runs in; null where something else is on its screen. */
export async function composers(
  run: Run,
  socket: Socket,
  runtime: string,
): Promise<Map<string, string | null>> {
  const adapter = RUNTIMES[runtime];
  const found = new Map<string, string | null>();
  for (const { session, paneId } of parsePanes((await run(listPanes(socket))).stdout)) {
    const { stdout } = await run(captureScreen(socket, paneId));
    found.set(session, (adapter && readScreen(adapter, stdout).composer) ?? null);
  }
  return found;
}
