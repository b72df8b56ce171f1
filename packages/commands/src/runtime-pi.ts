import { NO_SCREEN, type RuntimeAdapter, type ScreenState } from "./runtime-adapter.ts";
import { mosaicStarts } from "./runtime-process.ts";
import { filledLines } from "./runtime-screen.ts";

const RULE = /^─{10,}$/;
/** While a turn runs, or is tried again, the upper rule says so. */
const BUSY_RULE = /^── \S+ .+ ─{10,}$/;
/** The upper rule of a draft that is too long for the screen, whether a turn runs or not. */
const SCROLLED = /^─.* ↑ \d+ more ─+$/;
/** The last row of what takes the composer's place: a picker, a question of an extension. */
const CHOICE = /\b(?:escape|esc)\b.* cancel$/i;
/** What stands for a long paste. */
const PASTED = /^\[paste #\d+ (?:\+\d+ lines|\d+ chars)\]$/;

/** Rule, composer, rule, folder and status. Seen on 0.87.1. */
function look(screen: string): ScreenState {
  const lines = filledLines(screen);
  const below = lines.findLastIndex(({ text }) => RULE.test(text));
  // A draft may hold such a line too, in the colour of what is typed.
  const above = lines
    .slice(0, Math.max(below, 0))
    .findLastIndex(
      ({ text, colour }) =>
        colour === lines[below]?.colour && [RULE, BUSY_RULE, SCROLLED].some((rule) => rule.test(text)),
    );
  if (above === -1 || below > lines.length - 2) return NO_SCREEN;
  const rows = lines.slice(above + 1, below).map(({ text }) => text);
  if (CHOICE.test(rows.findLast((row) => row !== "") ?? "")) {
    return { ...NO_SCREEN, dialog: rows.flatMap((row) => row.trim() || []).join("\n") };
  }
  const composer = rows.join("\n");
  const upper = lines[above]?.text ?? "";
  return {
    ...NO_SCREEN,
    composer,
    hidden: SCROLLED.test(upper) ? "above" : undefined,
    collapsed: PASTED.test(composer),
    busy: BUSY_RULE.test(upper),
  };
}

const RECORDED = "mosaic records the conversation, so that a restart goes on with it";
const INTERACTIVE = "the agent lives in its terminal";

export const PI: RuntimeAdapter = {
  name: "pi",
  process: mosaicStarts("pi", "pi"),
  startMarker: RULE,
  clearCommand: "/new",
  reportsTurns: true,
  heartbeatIntervalMs: 5_000,
  printsEveryMs: null,
  look,
  program: {
    name: "pi",
    install: "npm install --global @earendil-works/pi-coding-agent",
    tried: "0.87.1",
    reserved: {
      "--channels": "only claude has channels",
      "--session": RECORDED,
      "--session-id": RECORDED,
      "--continue": RECORDED,
      "-c": RECORDED,
      "--resume": RECORDED,
      "-r": RECORDED,
      "--fork": RECORDED,
      "--no-session": RECORDED,
      "--mode": INTERACTIVE,
      "--print": INTERACTIVE,
      "-p": INTERACTIVE,
    },
    // It asks for no permission, with yolo or without.
    againstYolo: {},
    takesId: true,
    call: ({ model, contract, conversation, support, args }) => ({
      args: [
        ...(model === undefined ? [] : ["--model", model]),
        ...["--append-system-prompt", contract.file],
        ...["--extension", `${support}/pi.mjs`],
        // Else a folder with settings of its own is asked about, and nobody answers; the trust lasts for this run.
        "--approve",
        // A conversation of that id goes on; one that is not there begins.
        ...(conversation ? ["--session-id", conversation.id] : []),
        ...args,
      ],
      env: { PI_SKIP_VERSION_CHECK: "1", PI_TELEMETRY: "0" },
    }),
  },
};
