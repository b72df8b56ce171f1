import type { AgentName } from "@mosaic/fleet-model";
import type { Argv } from "./argv.ts";
import { exactPane, tmux, type Socket } from "./tmux-argv.ts";

/** In columns and rows. */
export interface PaneSize {
  readonly cols: number;
  readonly rows: number;
}

/** With which every agent's pane is started. */
export const START_SIZE: PaneSize = { cols: 120, rows: 40 };

export const paneSize = (socket: Socket, name: AgentName): Argv =>
  tmux(socket, "display-message", "-p", "-t", exactPane(name), "#{pane_width} #{pane_height}");

/** @returns `undefined` where {@link paneSize} found no such pane. */
export function parsePaneSize(stdout: string): PaneSize | undefined {
  const [cols = 0, rows = 0] = stdout.trim().split(" ").map(Number);
  return cols > 0 && rows > 0 ? { cols, rows } : undefined;
}
