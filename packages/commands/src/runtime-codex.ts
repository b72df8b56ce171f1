import { NO_SCREEN, type RuntimeAdapter, type ScreenState } from "./runtime-adapter.ts";
import { hookCommand } from "./runtime-hooks.ts";
import { mosaicStarts } from "./runtime-process.ts";
import { filledLines, screenLines, type ScreenLine } from "./runtime-screen.ts";

/** The composer's first row, and a message in the transcript. */
const PROMPT = /^›(?: |$)/;
/** What is under the composer, behind an empty row. */
const FOOTER = /^ {2}/;
/** All of the footer while it loads: it takes no message yet, and what it asks at its start comes in this place. */
const LOADING = "  ? for shortcuts";
/** A choice of a dialog that the cursor stands on, with another mark in the login, and the next one. */
const CHOSEN = /^[›>] \d+\. /;
const CHOICE = /^ {2}\d+\. /;
const BUSY = /^[•◦] .*\besc to interrupt\)/;
/** The first row of what a turn failed with; the rows that follow stand at the edge. */
const FAILURE = "■ ";
/** What a person, or a restart, did is no failure. */
const INTERRUPTED = "■ Conversation interrupted";
/** What stands for a long paste. */
const PASTED = /^\[Pasted Content \d+ chars\]$/;

/**
 * Composer, an empty row, footer; one that fills the screen has no footer, and one that is too long for it has a mark in
 * its first row. A dialog takes the place of all of it. Seen on 0.169.0.
 */
function look(screen: string): ScreenState {
  const lines = filledLines(screen);
  const first = lines.findLastIndex(({ text }) => PROMPT.test(text));
  const chosen = lines.findLastIndex(({ text }) => CHOSEN.test(text));
  if (chosen !== -1 && chosen >= first && lines.slice(chosen).some(({ text }) => CHOICE.test(text))) {
    const asked = lines.slice(lines.slice(0, chosen).findLastIndex(({ text }) => /^\S/.test(text)) + 1);
    return { ...NO_SCREEN, dialog: asked.flatMap(({ text }) => text.trim() || []).join("\n") };
  }
  const gap = lines.findLastIndex(({ text }) => text === "");
  const scrolled = isScrolled(lines[first]);
  const fills = screenLines(screen).length - lines.length <= 1;
  if (first === -1 || (gap <= first && !scrolled && !fills)) return NO_SCREEN;
  const below = lines.slice(Math.max(gap, first) + 1).map(({ text }) => text);
  if (!below.every((row) => FOOTER.test(row)) || below.join("\n") === LOADING) return NO_SCREEN;
  const composer = lines
    .slice(first, gap > first ? gap : undefined)
    .map(({ typed }) => typed.replace(/^(?:› ?| {2})/, ""))
    .join("\n");
  return {
    ...NO_SCREEN,
    composer,
    hidden: scrolled ? "above" : undefined,
    collapsed: PASTED.test(composer.trim()),
    busy: lines.slice(0, first).some(({ text }) => BUSY.test(text)),
    failure: failureIn(lines.slice(0, first).map(({ text }) => text)),
  };
}

/** The mark is dim, which nothing is that somebody typed. */
const isScrolled = (first: ScreenLine | undefined): boolean =>
  first !== undefined && first.text.endsWith("↑") && !first.typed.endsWith("↑");

/** What the turn of the last message failed with. */
function failureIn(transcript: readonly string[]): string | undefined {
  const turn = transcript.slice(transcript.findLastIndex((line) => PROMPT.test(line)) + 1);
  const first = turn.findLastIndex((line) => line.startsWith(FAILURE) && !line.startsWith(INTERRUPTED));
  if (first === -1) return undefined;
  const end = turn.indexOf("", first);
  return turn
    .slice(first, end === -1 ? undefined : end)
    .join(" ")
    .slice(FAILURE.length);
}

/** What each hook reports. That a turn failed is reported by none. */
const HOOKS = {
  SessionStart: "started",
  UserPromptSubmit: "prompt",
  PermissionRequest: "blocked",
  PostToolUse: "busy",
  Stop: "done",
  Interrupt: "done",
} as const;

/** A text, as TOML writes it: JSON's way is one of its ways. */
const toml = (text: string): string => JSON.stringify(text);
const setting = (key: string, value: string): string[] => ["-c", `${key}=${value}`];

/** What is said of a setting, in both ways in which it can be given. */
const settings = (whys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(whys).flatMap(([key, why]) =>
      ["-c", "--config"].map((option) => [`${option} ${key}`, why]),
    ),
  );

const NO_QUESTIONS = "yolo skips every permission already";
const RECORDED = "mosaic records the conversation, so that a restart goes on with it";

export const CODEX: RuntimeAdapter = {
  name: "codex",
  process: mosaicStarts("codex", "codex"),
  startMarker: /^› /m,
  clearCommand: "/clear",
  // The logo stands on an empty conversation only; the hook of the new one is called with its first message.
  clearedMarker: /^ +[⠀-⣿][⠀-⣿ ]{9,}$/m,
  reportsTurns: true,
  heartbeatIntervalMs: 5_000,
  printsEveryMs: 2_000,
  look,
  program: {
    name: "codex",
    install: "npm install --global @openai/codex",
    tried: "0.169.0",
    reserved: {
      "--channels": "only claude has channels",
      resume: RECORDED,
      fork: RECORDED,
      "--remote": "its turns would run in another process",
      "--disable hooks": "it turns the hooks off that report what the agent does",
      ...settings({
        developer_instructions: "it carries the role contract",
        hooks: "it carries the hooks that report what the agent does",
        projects: "the agent's folder would not be trusted, and codex would ask",
      }),
    },
    againstYolo: {
      "--ask-for-approval": NO_QUESTIONS,
      "-a": NO_QUESTIONS,
      ...settings({ approval_policy: NO_QUESTIONS, sandbox_mode: "yolo has no sandbox" }),
      "--sandbox": "yolo has no sandbox",
      "-s": "yolo has no sandbox",
      "--dangerously-bypass-approvals-and-sandbox": "yolo sets it already",
    },
    takesId: false,
    login: {
      variables: ["OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_ACCESS_TOKEN"],
      // A provider of the user's own, with a key of its own, stands in the second.
      files: (env, userHome) => {
        const home = env.CODEX_HOME ?? `${userHome}/.codex`;
        return [`${home}/auth.json`, `${home}/config.toml`];
      },
      hidden: [],
      how: "Run codex login once by hand.",
    },
    call: ({ yolo, model, contract, conversation, support, folder, args }) => ({
      args: [
        // The shared server, and what it starts, would outlive the session.
        "--no-daemon",
        ...(yolo ? ["--dangerously-bypass-approvals-and-sandbox"] : []),
        // Of the hooks below, which no configuration file holds.
        "--dangerously-bypass-hook-trust",
        ...(model === undefined ? [] : ["-m", model]),
        ...setting("developer_instructions", toml(contract.text)),
        // For this run only: nothing is written. As a table: a key in quotes is not read as one here.
        ...setting("projects", `{${toml(folder)}={trust_level=${toml("trusted")}}}`),
        ...setting("check_for_update_on_startup", "false"),
        // Else it asks near a limit whether to go on with a cheaper model, and waits for the answer.
        ...setting("notice.hide_rate_limit_model_nudge", "true"),
        ...Object.entries(HOOKS).flatMap(([event, word]) =>
          setting(
            `hooks.${event}`,
            `[{hooks=[{type="command",command=${toml(hookCommand(support, word))}}]}]`,
          ),
        ),
        ...args,
        ...(conversation ? ["resume", conversation.id] : []),
      ],
      env: {},
    }),
  },
};
