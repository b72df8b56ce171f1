import type { Argv } from "./argv.ts";

/** Starts no server and asks none. */
export const tmuxVersion = (): Argv => ["tmux", "-V"];

/** @returns What stands behind `tmux ` in what {@link tmuxVersion} prints, as `3.3a` or `next-3.6`. */
export const parseTmuxVersion = (stdout: string): string => stdout.trim().replace(/^tmux /, "");
