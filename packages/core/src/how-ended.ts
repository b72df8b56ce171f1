import { constants } from "node:os";
import type { Pane } from "@mosaic/fleet-commands/tmux";

/** The signal that ended a dead pane's program, as `SIGKILL`; null when none did, or tmux did not tell. */
export function signalOf({ exitSignal }: Pick<Pane, "exitSignal">): string | null {
  if (exitSignal === null) return null;
  const name = `SIG${exitSignal.toUpperCase()}`;
  const known = Object.entries(constants.signals).find(
    ([signal, number]) => signal === name || number === Number(exitSignal),
  );
  return known?.[0] ?? `signal ${exitSignal}`;
}

/** How a program ended, as the end of a sentence; empty when tmux did not tell. */
export const howEnded = (status: number | null, signal: string | null): string =>
  status !== null ? ` with status ${String(status)}` : signal !== null ? ` by ${signal}` : "";
