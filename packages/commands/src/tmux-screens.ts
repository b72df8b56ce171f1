import type { Argv } from "./argv.ts";
import { tmux, type Socket } from "./tmux-argv.ts";

/** What one pane shows, with its colours: what is dim tells a suggestion from a draft. */
export function captureScreen(socket: Socket, paneId: string): Argv {
  return tmux(socket, "capture-pane", "-p", "-e", "-t", paneId);
}

/**
 * What some panes show, in one call. A pane that is gone meanwhile ends the call early.
 *
 * @param mark - A word that stands on no screen.
 */
export function captureScreens(socket: Socket, paneIds: readonly string[], mark: string): Argv {
  const commands = paneIds.flatMap((paneId) => [
    ...[";", "capture-pane", "-p", "-e", "-t", paneId],
    ...[";", "display-message", "-p", mark],
  ]);
  return tmux(socket, ...commands.slice(1));
}

/** Reads what {@link captureScreens} prints: a screen per pane, by pane, as far as they came. */
export function parseScreens(
  stdout: string,
  paneIds: readonly string[],
  mark: string,
): ReadonlyMap<string, string> {
  const screens = stdout.split(`${mark}\n`).slice(0, -1);
  return new Map(
    paneIds.flatMap((paneId, index) => {
      const screen = screens[index];
      return screen === undefined ? [] : [[paneId, screen]];
    }),
  );
}
