import type { Roster } from "@mosaic/fleet-roster";
import type { Launch } from "./launch.ts";

/** What starts and stops agents. Both calls are idempotent and touch one agent only. */
export interface Manager {
  readonly kind: string;
  /** Makes ready what all agents need: the tmux server and its holder. */
  prepare(roster: Roster): Promise<void>;
  /**
   * Starts the session; does not wait until the agent is ready.
   *
   * @throws CoreError `SESSION_FOREIGN` when a session of the name exists that is not ours.
   */
  start(roster: Roster, launch: Launch): Promise<void>;
  /**
   * Ends the agent's session and waits until its process is gone.
   *
   * @returns `false` when there was none.
   * @param session - By exact name; a session of ours that somebody renamed has one that is no agent's.
   * @throws CoreError `SESSION_FOREIGN`, `STOP_FAILED`.
   */
  stop(roster: Roster, session: string): Promise<boolean>;
  /** Ends the holder, and with it the server when nothing else runs on it. */
  release(roster: Roster): Promise<void>;
}
