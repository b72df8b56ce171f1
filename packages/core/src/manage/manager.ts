import type { Roster } from "@mosaic/fleet-roster";
import type { AgentName } from "@mosaic/fleet-model";
import type { Launch } from "../launch/launch.ts";

export type ManagerKind = "systemd" | "direct";

/** What starts and stops agents. Every call is idempotent; those with a name touch one agent only. */
export interface Manager {
  readonly kind: ManagerKind;
  /** How many agents may be started or stopped at the same time. */
  readonly atOnce: number;
  /** Makes ready what all agents need: the tmux server and its holder. */
  prepare(roster: Roster): Promise<void>;
  /**
   * Starts the session; does not wait until the agent is ready.
   *
   * @throws CoreError `SESSION_FOREIGN` when a session of the name exists that is not ours; `UNIT_FAILED`.
   */
  start(roster: Roster, launch: Launch): Promise<void>;
  /**
   * Lets the agents start at boot, where the manager can. Best effort: what goes wrong is said, not thrown. Before they are
   * started: systemd forgets with it how often what runs has crashed.
   */
  enable(names: readonly AgentName[]): Promise<void>;
  /** Undoes {@link Manager.enable}. */
  disable(name: AgentName): Promise<void>;
  /**
   * Ends the agent's session and waits until its process is gone.
   *
   * @returns `false` when there was none.
   * @param session - By exact name; a session of ours that somebody renamed has one that is no agent's.
   * @throws CoreError `SESSION_FOREIGN`, `STOP_FAILED`, `UNIT_FAILED`.
   */
  stop(roster: Roster, session: string): Promise<boolean>;
  /** Ends the holder, and with it the server when nothing else runs on it. */
  release(roster: Roster): Promise<void>;
}
