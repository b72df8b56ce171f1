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
  /** Where the user's service manager looks for the user's own units. */
  readonly userUnits: string;
  /** `XDG_RUNTIME_DIR`, where that manager listens; undefined when there is none. */
  readonly runtimeFolder: string | undefined;
  /** What the fleet's units are given of this environment when they are installed. */
  readonly unitEnvironment: Readonly<Record<string, string>>;
  /** How `mosaic` itself is called: node and the script. */
  readonly program: Argv;
  /** The agent in whose pane this process says it runs; undefined for an operator. */
  readonly caller: string | undefined;
  /** Of this process. */
  readonly pid: number;
  readonly idleThresholdSeconds: number;
  /** Of this mosaic. */
  readonly version: string;
  readonly store: StoreSettings;
}

/** Where the backlog is. */
export interface StoreSettings {
  /** A Postgres server; undefined for the embedded store. It holds a password: it is never shown nor passed on. */
  readonly databaseUrl: string | undefined;
  /** The embedded store's directory where it is not in the Mosaic home. */
  readonly dataDir: string | undefined;
  /** After how long without a client the store service ends. */
  readonly idleSeconds: number;
  /** The system's folder for temporary files: for a socket whose path would be too long in the home. */
  readonly temporary: string;
}
