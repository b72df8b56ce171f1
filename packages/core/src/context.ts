import type { MosaicHome } from "@mosaic/fleet-model";
import type { Argv, Run } from "@mosaic/fleet-process";

/** Everything a fleet needs from the world around it; nothing below reads the environment or a clock itself. */
export interface FleetContext {
  readonly home: MosaicHome;
  /** The framework inside the package: what a home that was never seeded falls back to. */
  readonly framework: string;
  /** Runs programs with the operator's environment. */
  readonly run: Run;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** The short host name. */
  readonly host: string;
  /** The OS user: the tenant where the roster names none. */
  readonly user: string;
  /** What `~` stands for in a working directory. */
  readonly userHome: string;
  /** `PATH` of the operator, handed on to the agents. */
  readonly path: string;
  /** `TMUX_TMPDIR` of the operator; empty for tmux's own default. */
  readonly tmuxFolder: string;
  /** How `mosaic` itself is called: node and the script. */
  readonly program: Argv;
  /** The agent in whose pane this process runs; undefined for an operator. */
  readonly caller: string | undefined;
  readonly idleThresholdSeconds: number;
}
