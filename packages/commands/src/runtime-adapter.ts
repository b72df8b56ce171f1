/** What stands at the bottom of a runtime's screen. Neither composer nor dialog: it is not drawn, or half drawn. */
export interface ScreenState {
  /** The rows of the draft that are shown, joined by newlines; empty when there is no draft. */
  readonly composer: string | undefined;
  /** Where the draft goes on beyond the rows that are shown. */
  readonly hidden: "above" | "below" | undefined;
  /** The composer holds one long paste and nothing else, and shows a mark in its place. */
  readonly collapsed: boolean;
  /** What the open dialog asks. */
  readonly dialog: string | undefined;
  /** The runtime says on the screen that a turn runs. */
  readonly busy: boolean;
  /** What the screen says the last turn failed with, where no event does. */
  readonly failure: string | undefined;
}

export const NO_SCREEN: ScreenState = {
  composer: undefined,
  hidden: undefined,
  collapsed: false,
  dialog: undefined,
  busy: false,
  failure: undefined,
};

/** A conversation of the runtime, by its own id. */
export interface Conversation {
  readonly id: string;
  /** It has turns already, and goes on; else it is to begin. */
  readonly resume: boolean;
}

/** What one start of a runtime depends on. */
export interface RuntimeStart {
  readonly yolo: boolean;
  /** As the runtime itself names it. */
  readonly model: string | undefined;
  /** The role contract: its text, and a file that holds the same. */
  readonly contract: { readonly text: string; readonly file: string };
  /** Undefined where the runtime chooses a new one itself. */
  readonly conversation: Conversation | undefined;
  /** The folder with `report.sh` and the plugins. */
  readonly support: string;
  /** The agent's working directory. */
  readonly folder: string;
  /** The runtime runs as root, which some refuse. */
  readonly root: boolean;
  /** What the caller gives the runtime beyond that. */
  readonly args: readonly string[];
  /** The variables the runtime will start with: what the operator sets is joined, not replaced. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What the runtime's program is called with. */
export interface RuntimeCall {
  readonly args: readonly string[];
  /** Variables the runtime needs; one that the operator sets wins. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables in which what the operator set is contained already. */
  readonly joined?: Readonly<Record<string, string>>;
}

/** The answers to a runtime's first-run dialogs, in its own configuration, for one folder. */
export interface FirstRun {
  /** The configuration file, from the environment and the user's home. */
  readonly file: (env: RuntimeStart["env"], userHome: string) => string;
  /**
   * @param text - What the file holds; undefined where there is none.
   * @returns What it is to hold, and which answers that adds, as sentences; undefined when none is missing.
   * @throws SyntaxError when the text is not what the runtime writes.
   */
  readonly answer: (
    text: string | undefined,
    folder: string,
    env: RuntimeStart["env"],
  ) => { readonly text: string; readonly added: readonly string[] } | undefined;
}

/** Where a runtime may find who pays: any one suffices. */
interface Login {
  readonly variables: readonly string[];
  /** Files in the user's home, or in the folder that a variable names. */
  readonly files: (env: RuntimeStart["env"], userHome: string) => readonly string[];
  /** Platforms where it may be kept out of sight, so that nothing can be said. */
  readonly hidden: readonly string[];
  /** How one logs in, as a sentence. */
  readonly how: string;
}

/** How a runtime that is a program of its own is started. */
export interface RuntimeProgram {
  /** Its name on PATH. */
  readonly name: string;
  /** How one gets it, as a sentence. */
  readonly install: string;
  /** The version this adapter was tried with. */
  readonly tried: string;
  /** Options the launch sets itself, and why nobody else may, by option; or by option and setting: `-c hooks`. */
  readonly reserved: Readonly<Record<string, string>>;
  /** Options that contradict `yolo`, and why. */
  readonly againstYolo: Readonly<Record<string, string>>;
  /** @throws SyntaxError when a variable to be joined is not what the runtime reads. */
  readonly call: (start: RuntimeStart) => RuntimeCall;
  readonly firstRun?: FirstRun;
  readonly login?: Login;
  /** Whether a new conversation gets its id from whoever starts it. */
  readonly takesId: boolean;
}

/** What has to be known of a runtime to start it, see it and talk to it. */
export interface RuntimeAdapter {
  readonly name: string;
  /** Matches the command line of the pane's process, as `ps` prints it. */
  readonly process: RegExp;
  /** Matches a screen on which the runtime takes its first message. */
  readonly startMarker: RegExp;
  /** Submitted alone, it makes the runtime forget its conversation. */
  readonly clearCommand: string;
  /** Matches a screen of an empty conversation, where no event reports one until it has a message. */
  readonly clearedMarker?: RegExp;
  /** Whether it writes turn events, the evidence of delivery. */
  readonly reportsTurns: boolean;
  /** How often a healthy one writes its heartbeat. */
  readonly heartbeatIntervalMs: number;
  /**
   * While a turn runs, the runtime prints at least this often, in milliseconds. A silence that is longer, or a state
   * whose end it does not report, is looked at on the screen. Null: its reports need no second look.
   */
  readonly printsEveryMs: number | null;
  /** Reads a captured screen with its colours (`capture-pane -p -e`). */
  readonly look: (screen: string) => ScreenState;
  /** Undefined where `mosaic` itself is the program. */
  readonly program?: RuntimeProgram;
}
