import { NO_SCREEN, type FirstRun, type RuntimeAdapter, type ScreenState } from "./runtime-adapter.ts";
import { hookCommand } from "./runtime-hooks.ts";
import { mosaicStarts } from "./runtime-process.ts";
import { filledLines } from "./runtime-screen.ts";

/** The upper one of some dialogs is another one. */
const RULE = /^[─▔]{10,}/;
/** The upper rule of a draft that is too long for the screen; the cursor stands at its end. */
const SCROLLED = /^─+ ↑ \d+ more ─/;
/** A choice of a dialog that the cursor stands on; the composer's mark stands in the first column. */
const CHOICE = /^ +❯ /;
const BUSY = /(?:^|· )esc to interrupt/;
/** What stands for a long paste. */
const PASTED = /^\[Pasted text #\d+(?: \+\d+ lines?)?\]$/;

/**
 * Rule, composer, rule, status. A dialog takes the place of all of it, mostly under one rule.
 * Seen on 2.1.330.
 */
function look(screen: string): ScreenState {
  const lines = filledLines(screen);
  const below = lines.findLastIndex(({ text }) => RULE.test(text));
  const under = lines.slice(below + 1).map(({ text }) => text);
  if (under.some((line) => CHOICE.test(line))) {
    return { ...NO_SCREEN, dialog: under.flatMap((line) => line.trim() || []).join("\n") };
  }
  const above = lines
    .slice(0, Math.max(below, 0))
    .findLastIndex(({ text }) => RULE.test(text) || SCROLLED.test(text));
  const hidden = SCROLLED.test(lines[above]?.text ?? "") ? "above" : undefined;
  const rows = lines.slice(above + 1, below);
  const [first, ...rest] = rows;
  if (above === -1 || !first || !(hidden ? /^ {2}/ : /^❯(?: |$)/).test(first.text)) return NO_SCREEN;
  const composer = [first, ...rest].map(({ typed }) => typed.replace(/^(?:❯ ?| {2})/, "")).join("\n");
  return {
    ...NO_SCREEN,
    composer,
    hidden,
    collapsed: PASTED.test(composer.trim()),
    busy: under.some((line) => BUSY.test(line)),
  };
}

type Config = Record<string, unknown>;
const isObject = (value: unknown): value is Config =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Onboarding and the offer come once per user, trust is asked per folder: any of them holds an agent up for ever. */
const firstRun: FirstRun = {
  file: (env, userHome) => `${env.CLAUDE_CONFIG_DIR ?? userHome}/.claude.json`,
  answer: (text, folder, env) => {
    const config: unknown = text === undefined || text.trim() === "" ? {} : JSON.parse(text);
    if (!isObject(config)) throw new SyntaxError("it is not a JSON object");
    const projects = isObject(config.projects) ? config.projects : {};
    const project = isObject(projects[folder]) ? projects[folder] : {};
    const added: string[] = [];
    if (config.hasCompletedOnboarding !== true) added.push("the onboarding is done");
    if (project.hasTrustDialogAccepted !== true) added.push(`the folder ${folder} is trusted`);
    if (config.hasSeenAutoDefaultNudge !== true) added.push("the offer of another permission mode is seen");
    const responses = isObject(config.customApiKeyResponses) ? config.customApiKeyResponses : {};
    const [approved, rejected] = [list(responses.approved), list(responses.rejected)];
    // The part of a key by which claude remembers it.
    const key = (env.ANTHROPIC_API_KEY ?? "").slice(-20);
    const asks = key !== "" && !approved.includes(key) && !rejected.includes(key);
    if (asks) added.push("ANTHROPIC_API_KEY of the agent's environment may be used");
    if (added.length === 0) return undefined;
    const answered = {
      ...config,
      hasCompletedOnboarding: true,
      hasSeenAutoDefaultNudge: true,
      ...(asks ? { customApiKeyResponses: { ...responses, approved: [...approved, key], rejected } } : {}),
      projects: { ...projects, [folder]: { ...project, hasTrustDialogAccepted: true } },
    };
    return { text: `${JSON.stringify(answered, null, 2)}\n`, added };
  },
};

/** What each hook reports; a hook of another name would be refused by no version, only never called. */
const HOOKS = {
  SessionStart: "started",
  UserPromptSubmit: "prompt",
  PermissionRequest: "blocked",
  PermissionDenied: "busy",
  PostToolUse: "busy",
  PostToolUseFailure: "busy",
  Stop: "done",
  StopFailure: "failed",
} as const;

const CONTRACT = "it carries the role contract";
const RECORDED = "mosaic records the conversation, so that a restart goes on with it";
const HOOKS_OFF = "it turns the hooks off that report what the agent does";
const IN_TERMINAL = "the agent lives in its terminal";

export const CLAUDE: RuntimeAdapter = {
  name: "claude",
  process: mosaicStarts("claude", "claude"),
  startMarker: /^❯/m,
  clearCommand: "/clear",
  reportsTurns: true,
  heartbeatIntervalMs: 5_000,
  printsEveryMs: 2_000,
  look,
  program: {
    name: "claude",
    install: "npm install --global @anthropic-ai/claude-code",
    tried: "2.1.330",
    reserved: {
      "--append-system-prompt": CONTRACT,
      "--append-system-prompt-file": CONTRACT,
      "--system-prompt-snapshot": CONTRACT,
      "--settings": "it carries the hooks that report what the agent does",
      "--session-id": RECORDED,
      "--resume": RECORDED,
      "-r": RECORDED,
      "--continue": RECORDED,
      "-c": RECORDED,
      "--from-pr": RECORDED,
      "--teleport": RECORDED,
      "--bare": HOOKS_OFF,
      "--safe-mode": HOOKS_OFF,
      "--background": IN_TERMINAL,
      "--bg": IN_TERMINAL,
      "--cloud": IN_TERMINAL,
      "--desktop": IN_TERMINAL,
      "--tmux": IN_TERMINAL,
    },
    againstYolo: {
      "--permission-mode": "yolo skips every permission already",
      "--dangerously-skip-permissions": "yolo sets it already",
    },
    takesId: true,
    firstRun,
    login: {
      variables: [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY",
      ],
      files: (env, userHome) => [
        `${env.CLAUDE_CONFIG_DIR ?? `${userHome}/.claude`}/.credentials.json`,
        `${env.CLAUDE_CONFIG_DIR ?? `${userHome}/.claude`}/settings.json`,
        "/etc/claude-code/managed-settings.json",
      ],
      hidden: ["darwin"],
      how: "Run claude once by hand and log in, or put ANTHROPIC_API_KEY into the agent's env file.",
    },
    call: ({ yolo, model, contract, conversation, support, root, args }) => {
      const hooks = Object.entries(HOOKS).map(([event, word]) => [
        event,
        [{ hooks: [{ type: "command", command: hookCommand(support, word) }] }],
      ]);
      const settings = {
        ...(yolo ? { skipDangerousModePermissionPrompt: true } : {}),
        hooks: Object.fromEntries(hooks) as unknown,
      };
      return {
        args: [
          ...(yolo ? ["--dangerously-skip-permissions"] : []),
          ...(model === undefined ? [] : ["--model", model]),
          ...["--append-system-prompt-file", contract.file],
          // Else a resumed conversation goes on with the contract it began with.
          ...["--system-prompt-snapshot", "off"],
          ...["--settings", JSON.stringify(settings)],
          ...(conversation ? [conversation.resume ? "--resume" : "--session-id", conversation.id] : []),
          ...args,
        ],
        env: {
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
          CLAUDE_CODE_DISABLE_1M_CONTEXT: "1",
          CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: "1",
          DISABLE_AUTOUPDATER: "1",
          ...(root && yolo ? { IS_SANDBOX: "1" } : {}),
        },
      };
    },
  },
};
