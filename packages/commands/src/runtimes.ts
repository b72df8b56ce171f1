/** How a runtime draws the last lines of its screen: rule, composer or dialog, rule, status. */
export interface ScreenGrammar {
  /** The line above and below the composer. Nothing else of the runtime draws it in the first column. */
  readonly rule: RegExp;
  /** What the composer's first row begins with. */
  readonly prompt: string;
  /** What a dialog's first row begins with, where the composer stood. */
  readonly question: string;
  /** The last row of a dialog, which says what may be pressed. */
  readonly choice: RegExp;
  /** The last row of a draft that is too long to be shown. */
  readonly more: RegExp;
  /** The line under the composer. */
  readonly status: RegExp;
}

/** What has to be known of a runtime to start it, see it and talk to it. Data only. */
export interface RuntimeAdapter {
  readonly name: string;
  /** Matches the command line of the pane's process, as `ps` prints it. */
  readonly process: RegExp;
  /** Matches a screen on which the runtime takes its first message. */
  readonly startMarker: RegExp;
  /** Submitted alone, it makes the runtime forget its conversation. */
  readonly clearCommand: string;
  /** Whether it writes turn events, the evidence of delivery. */
  readonly reportsTurns: boolean;
  /** How often a healthy one writes its heartbeat. */
  readonly heartbeatIntervalMs: number;
  readonly screen: ScreenGrammar;
}

/**
 * `node`, or `sh` for the moment in which a shim hands over to it, may stand in front. The first word of any other
 * command line is the program itself, so that an editor or a shell that is given the name does not match. A path may
 * hold spaces, but not one before `/` or `-`: there the next argument begins.
 */
const mosaicCall = (words: string): RegExp => {
  const folder = "(?:(?:/(?:[^ ]| (?![/-]))*|[^ /-][^ ]*|)/)?";
  const program = `${folder}mosaic(?:\\.js)?`;
  return new RegExp(
    `^(?:${folder}node(?: --?[^ ]+)* ${program}|${folder}sh ${program}|(?:[^ ]*/)?mosaic) ${words}(?: |$)`,
  );
};
const CANARY_PROCESS = mosaicCall("(?:yolo )?canary");

/** `mosaic exec <command line>`, which is about to replace itself by that command line. */
export const EXEC_PROCESS = mosaicCall("exec");

/** The built-in runtime, which needs no model. */
export const CANARY: RuntimeAdapter = {
  name: "canary",
  process: CANARY_PROCESS,
  startMarker: /^›/m,
  clearCommand: "/clear",
  reportsTurns: true,
  heartbeatIntervalMs: 5_000,
  screen: {
    rule: /^─+$/,
    prompt: "›",
    question: "?",
    choice: /^ {2}Allow\? y\/n$/,
    more: /^ {2}… \+\d+ lines?$/,
    status: /^ {2}(?:starting|idle|busy|blocked) · \d+ turns?(?: |$)/,
  },
};

/** The runtimes whose screens and reports are known. Without a prototype: `constructor` is not a runtime. */
export const RUNTIMES: Readonly<Record<string, RuntimeAdapter>> = Object.assign(
  Object.create(null) as Record<string, RuntimeAdapter>, // The lib types an object without prototype as any.
  { canary: CANARY },
);

/** What stands at the bottom of a runtime's screen. Neither composer nor dialog: it is not drawn, or half drawn. */
export interface ScreenState {
  /** The rows of the draft that are shown, joined by newlines; empty when there is no draft. */
  readonly composer: string | undefined;
  /** The draft goes on below the rows that are shown. */
  readonly cut: boolean;
  /** What the open dialog asks. */
  readonly dialog: string | undefined;
}

const NOTHING: ScreenState = { composer: undefined, cut: false, dialog: undefined };

/**
 * Reads the composer or the dialog off a captured screen (`capture-pane -p`, which cuts trailing blanks). Only the
 * last lines count, and only in their whole shape, so that nothing in the transcript is taken for the composer.
 * A row that the runtime wrapped and a line of the draft look the same.
 */
export function readScreen({ screen: grammar }: RuntimeAdapter, screen: string): ScreenState {
  const lines = screen.trimEnd().split("\n");
  const status = lines.pop()?.trimEnd() ?? "";
  const below = lines.pop()?.trimEnd() ?? "";
  if (!grammar.status.test(status) || !grammar.rule.test(below)) return NOTHING;
  const above = lines.findLastIndex((line) => grammar.rule.test(line.trimEnd()));
  const [first, ...rest] = above === -1 ? [] : lines.slice(above + 1).map((line) => line.trimEnd());
  if (first === undefined || !rest.every((row) => row === "" || row.startsWith("  "))) return NOTHING;
  const text = (mark: string, rows: readonly string[]): string =>
    [first.slice(mark.length).replace(/^ /, ""), ...rows.map((row) => row.slice(2))].join("\n");
  const begins = (mark: string): boolean => first === mark || first.startsWith(`${mark} `);
  const last = rest.at(-1) ?? "";
  if (begins(grammar.prompt)) {
    const cut = grammar.more.test(last);
    return { composer: text(grammar.prompt, cut ? rest.slice(0, -1) : rest), cut, dialog: undefined };
  }
  if (begins(grammar.question) && grammar.choice.test(last)) {
    return { composer: undefined, cut: false, dialog: text(grammar.question, rest.slice(0, -1)) };
  }
  return NOTHING;
}
