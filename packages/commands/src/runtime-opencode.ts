import { NO_SCREEN, type RuntimeAdapter, type ScreenState } from "./runtime-adapter.ts";
import { mosaicStarts } from "./runtime-process.ts";
import { filledLines } from "./runtime-screen.ts";

/** The end of the composer's box. */
const FLOOR = /^ *╹▀{10,}/;
const WALL = /^ *┃ {0,2}/;
/** A question stands in the composer's place, in a box without an end. */
const CHOICE = /^ *┃ .*\benter (?:confirm|select|submit|toggle)\b/;
/** The head of a window that lies over the screen and takes the keys. */
const WINDOW = / {8}(\S(?:.*\S)?) {8,}esc$/;
const SUGGESTION = 'Ask anything… "';
const BUSY = /\besc (?:again to )?interrupt\b/;
/** What stands for a long paste. */
const PASTED = /^\[Pasted ~\d+ lines?\]$/;

/** A box of the composer's rows, an empty one, agent and model; the status below. Seen on 1.18.33. */
function look(screen: string): ScreenState {
  const lines = filledLines(screen).map(({ text }) => text);
  const window = lines.map((line) => WINDOW.exec(line)?.[1]).find((head) => head !== undefined);
  if (window !== undefined) return { ...NO_SCREEN, dialog: window };
  const floor = lines.findLastIndex((line) => FLOOR.test(line));
  const question = lines.findLastIndex((line) => CHOICE.test(line));
  if (question > floor) return { ...NO_SCREEN, dialog: rowsAbove(lines, question).join("\n") };
  if (floor === -1) return NO_SCREEN;
  // The last row names agent and model.
  const composer = rowsAbove(lines, floor).slice(0, -1).join("\n").trim();
  return {
    ...NO_SCREEN,
    composer: composer.startsWith(SUGGESTION) ? "" : composer,
    collapsed: PASTED.test(composer),
    busy: lines.slice(floor).some((line) => BUSY.test(line)),
  };
}

/** What stands in the box that goes up from a line, without empty rows. The list of commands over it has two walls. */
function rowsAbove(lines: readonly string[], end: number): string[] {
  const outside = lines.slice(0, end).findLastIndex((line) => !WALL.test(line) || /┃.*┃$/.test(line));
  return lines.slice(outside + 1, end).flatMap((line) => line.replace(WALL, "").trimEnd() || []);
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** @throws SyntaxError when what the operator wrote is no JSON object. */
function configOf(text: string | undefined): Record<string, unknown> {
  const config: unknown = JSON.parse(text ?? "{}");
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new SyntaxError("OPENCODE_CONFIG_CONTENT is not a JSON object");
  return { ...config };
}

const RECORDED = "mosaic records the conversation, so that a restart goes on with it";

export const OPENCODE: RuntimeAdapter = {
  name: "opencode",
  process: mosaicStarts("opencode", "opencode"),
  startMarker: FLOOR,
  clearCommand: "/new",
  clearedMarker: /^ *┃ +Ask anything… "/m,
  reportsTurns: true,
  heartbeatIntervalMs: 5_000,
  printsEveryMs: 2_000,
  look,
  program: {
    name: "opencode",
    install: "npm install --global opencode-ai",
    tried: "1.18.33",
    reserved: {
      "--channels": "only claude has channels",
      "--session": RECORDED,
      "-s": RECORDED,
      "--continue": RECORDED,
      "-c": RECORDED,
      "--fork": RECORDED,
      "--pure": "it turns the plugin off that reports what the agent does",
      "--mini": "its screen is another one",
    },
    againstYolo: { "--auto": "yolo sets it already" },
    takesId: false,
    call: ({ yolo, model, contract, conversation, support, args, env }) => {
      const config = configOf(env.OPENCODE_CONFIG_CONTENT);
      return {
        args: [
          ...(yolo ? ["--auto"] : []),
          ...(model === undefined ? [] : ["--model", model]),
          ...(conversation ? ["--session", conversation.id] : []),
          ...args,
        ],
        env: { OPENCODE_DISABLE_AUTOUPDATE: "1" },
        joined: {
          OPENCODE_CONFIG_CONTENT: JSON.stringify({
            ...config,
            instructions: [...list(config.instructions), contract.file],
            plugin: [...list(config.plugin), encodeURI(`file://${support}/opencode.mjs`)],
          }),
        },
      };
    },
  },
};
