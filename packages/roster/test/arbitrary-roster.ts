import fc from "fast-check";
import type { WrittenAgent, WrittenRoster } from "@mosaic/fleet-roster";

/** Texts that YAML reads as something else unless they are quoted. */
const TRICKY = [
  ...Array.from("~|>%@`&*!?:-,[]{}#'\"\\<="),
  ...[
    "null",
    "true",
    "yes",
    "No",
    "on",
    "0x1F",
    "1e3",
    "-1",
    "007",
    ".nan",
    ".inf",
    "2001-01-01",
    "<<",
    "---",
    "...",
  ],
  ...[
    "- a",
    "a: b",
    "a:",
    "#x",
    "a #b",
    " lead",
    "trail ",
    "*a",
    "&a b",
    "!a b",
    "{{x}}",
    "[a",
    "a, b",
    "%YAML 1.2",
  ],
  ...[
    "\u00a0",
    "\ufeff",
    "é",
    "日本",
    "👩‍💻",
    "a\\nb",
    "\\",
    "'",
    "it's",
    'say "x"',
    "key: |",
    "constructor",
    "toString",
  ],
];

const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;
const oneLine = fc
  .oneof(
    fc.constantFrom(...TRICKY),
    fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replace(CONTROLS, "")),
    fc.string({ maxLength: 200 }),
  )
  .filter((text) => !/^ *$/.test(text));

const agentName = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,20}$/);
const persona = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);
const socket = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
const directory = fc.oneof(
  fc.constantFrom("~", "~/src", "/", "~/a b", "/srv/#x: y"),
  oneLine.map((text) => `/${text}`),
);
const variable = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/);

const agentOf = (runtime: fc.Arbitrary<string>): fc.Arbitrary<WrittenAgent> =>
  fc.record(
    {
      name: agentName,
      runtime,
      class: persona,
      model_hint: oneLine,
      working_directory: directory,
      alias: oneLine,
      persistent_persona: fc.boolean(),
      reset_between_tasks: fc.boolean(),
      yolo: fc.boolean(),
      command: oneLine,
      channels: fc.array(oneLine, { maxLength: 3 }),
      host: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
      ssh: fc.stringMatching(/^[a-z]+@[a-z.:[\]/#*]{1,20}$/),
      socket,
      reports_to: persona,
    },
    { requiredKeys: ["name", "runtime"] },
  );

export const writtenAgent = agentOf(fc.constantFrom("claude", "codex", "pi", "opencode", "canary"));

const freeText = fc
  .oneof(
    oneLine,
    fc.string({ unit: "binary" }),
    fc.constantFrom("", "\n", "a\nb", " a\n\n b\n", "\t", "a\r\nb\r"),
  )
  .map((text) => text.replace(/[\p{Cc}--[\t\r\n]]/gv, ""));
const freeKey = freeText.filter(
  (key) => key !== "__proto__" && !/(token|secret|password|passwd|api_?key)$/i.test(key),
);
const freeMap = fc.letrec<{ value: unknown; map: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    freeText,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("map"),
  ),
  map: fc.dictionary(freeKey, tie("value"), { maxKeys: 4, noNullPrototype: true }),
})).map;

const connector = fc.oneof(
  fc.record(
    {
      kind: fc.constant("matrix"),
      matrix: fc.record(
        {
          homeserver_url: oneLine,
          user_id: oneLine,
          room_id: oneLine,
          allow: fc.array(oneLine, { maxLength: 3 }),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["kind"] },
  ),
  freeMap.map((settings) => ({ kind: "discord", discord: settings })),
);

const customRuntimes = fc.dictionary(
  agentName,
  fc.record(
    { command: oneLine, reset_command: oneLine, env: fc.array(variable, { maxLength: 3 }) },
    { requiredKeys: ["command"] },
  ),
  { maxKeys: 3, noNullPrototype: true },
);

/** Any valid roster, as a person may write it. */
export const writtenRoster: fc.Arbitrary<WrittenRoster> = customRuntimes.chain((runtimes) =>
  fc.record(
    {
      version: fc.constant(1 as const),
      transport: fc.constant("tmux" as const),
      tenant_id: oneLine,
      tmux: fc.record(
        {
          socket_name: fc.oneof(socket, fc.constant("")),
          holder_session: socket.map((name) => `_${name.replaceAll(".", "")}`),
        },
        { requiredKeys: [] },
      ),
      defaults: fc.record({ working_directory: directory }, { requiredKeys: [] }),
      runtimes: fc.constant(runtimes),
      agents: fc.uniqueArray(agentOf(fc.constantFrom("claude", "canary", ...Object.keys(runtimes))), {
        selector: ({ name }) => name,
        minLength: 1,
        maxLength: 5,
      }),
      connector,
    },
    { requiredKeys: ["version", "runtimes", "agents"] },
  ),
);
