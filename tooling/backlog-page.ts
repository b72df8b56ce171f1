import { describedProgram, visibleCommands } from "../apps/cli/src/cli-reference.ts";
import type { Card, EventKind } from "../packages/backlog/src/index.ts";
import { SHAPES } from "../packages/backlog/src/requests.ts";

const CARD: Readonly<Record<keyof Card, string>> = {
  id: "a stable name, given by who creates the card",
  title: "what is to be done, in one line",
  body: "everything else one must know; null where there is nothing",
  phase: "board column or milestone; null for none",
  class: "the persona class that should do it; null when nobody said: a claim by class passes over it",
  priority: "higher is sooner; default 0",
  status: "`ready`, `claimed`, `blocked` or `done`",
  depends_on: "the ids of the cards that must be done first, in their order",
  unmet_deps: "how many of them are not done: a ready card with 0 can be claimed",
  claim_owner: "who holds the card; null when nobody does, as the next three",
  claim_ttl_seconds: "how long the claim holds unless it is renewed",
  claimed_at: "since when",
  claim_expires_at: "until when",
  fence: "the number of the last claim, which grows with every claim of the card; 0 before the first",
  attempts: "how often it was claimed",
  idempotency_key: "a create with the same key returns the card that is there",
  acceptance: "when it is done: any JSON",
  evidence: "what `complete` brought: any JSON",
  projected_tokens: "what it may cost; null when nobody said",
  actual_tokens: "what it cost; null when nobody said",
  tenant_id: "whose card it is",
  host: "where it was created",
  created_at: "when",
  updated_at: "when it last changed",
};

const EVENTS: Readonly<Record<EventKind, string>> = {
  created: "the card was created",
  imported: "it came with an import that brought no history of it",
  claimed: "`owner` has it with `fence`",
  released: "`owner` gave it back",
  reclaimed: "it was taken from `owner`; `detail` is the proof",
  completed: "it is done; `detail.by` is `operator` when no fence was given",
  reopened: "it is not done after all",
  blocked: "`detail.reason` says why",
  unblocked: "it is back in play",
  linked: "it waits for `detail.to`",
  unlinked: "it no longer waits for `detail.to`",
  repaired: "its counter was set to what the edges say",
};

/** The keys that each verb prints beside `version`; none where it prints a document per line. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  create: ["card", "created"],
  import: ["cards", "events", "mail", "spend", "existing"],
  link: ["card"],
  unlink: ["card"],
  list: ["cards", "next"],
  show: ["card", "events"],
  board: ["columns"],
  graph: ["cards", "left_out"],
  claim: ["card"],
  renew: ["card"],
  release: ["card"],
  complete: ["card", "freed"],
  block: ["card"],
  unblock: ["card"],
  reopen: ["card"],
  reclaim: ["reclaimed"],
  stats: [
    ...["cards", "by_status", "claimable", "waiting", "oldest_ready_age_seconds", "expired_claims"],
    ...["done_last_hour", "done_last_day"],
  ],
  doctor: ["cards", "findings"],
  export: [],
};

const code = (text: string): string => `\`${text}\``;
const rows = (cells: readonly (readonly string[])[]): string =>
  cells.map((row) => `| ${row.join(" | ")} |`).join("\n");
const meanings = (table: Readonly<Record<string, string>>): string =>
  rows(Object.entries(table).map(([name, meaning]) => [code(name), meaning]));

async function verbs(): Promise<string> {
  const commands = visibleCommands(await describedProgram())
    .filter(({ words }) => words.slice(0, 3).join(" ") === "mosaic fleet backlog" && words.length === 4)
    .map(({ command }) => command);
  const [described, there] = [Object.keys(ANSWERS), commands.map((command) => command.name())];
  const unknown = [
    ...described.filter((name) => !there.includes(name)),
    ...there.filter((name) => !described.includes(name)),
  ];
  if (unknown.length > 0) throw new Error(`no answer, or no verb: ${unknown.join(", ")}`);
  return rows(
    commands.map((command) => {
      const keys = ANSWERS[command.name()] ?? [];
      return [
        code(command.name()),
        command.description(),
        keys.length === 0 ? "a record per line" : keys.map(code).join(", "),
      ];
    }),
  );
}

/** What is said of a wrong value is what a right one must be. */
const limits = (): string =>
  rows(
    (["create", "list", "board", "claim", "renew", "complete", "block"] as const).flatMap((operation) => {
      const { checks, required } = SHAPES[operation];
      return Object.entries(checks).map(([field, check]) => [
        code(operation),
        code(field),
        required.includes(field) ? "yes" : "",
        check(Symbol(field)) ?? "",
      ]);
    }),
  );

/** The page `docs/reference/backlog.md`. */
export const backlogPage = async (): Promise<string> => `# Backlog

What a card is, what the verbs of \`mosaic fleet backlog\` print, and how much fits. This page is generated from the
definitions that the program uses; the [guide](../guides/backlog.md) says how to work with it.

## A card

Every time is in milliseconds since the epoch, by the store's clock.

| field | what it holds |
| --- | --- |
${meanings(CARD)}

\`\`\`text
create -> ready -- claim --> claimed -- complete --> done -> what depends on it becomes ready
            ^  \\                |  \\-- block --> blocked
            |   \\-- block       |
            +-- reclaim, release, unblock, reopen
\`\`\`

A card is claimed by one owner at a time. A claim ends when it is completed, released or blocked, when its time is up,
and when an operator takes it back. Each claim has a fence; a write that carries the fence of a
claim that has ended is refused, whoever sends it and however late.

## Verbs

With \`--json\` each prints one document: \`version\`, which is 1, and these keys. Keys are only ever added.

| verb | what it does | keys |
| --- | --- | --- |
${await verbs()}

\`store export\` and \`store import\` are the same as \`export\` and \`import\`. A record of an export has a \`version\` and a
\`kind\` (\`card\`, \`event\`, \`mail\`, \`spend\`), and under the name of its kind what it is; an import takes these, and plain cards as
\`create\` takes them, one per line. Those of one priority are claimed in the order of their lines, after the cards that are there;
a card that comes with its \`created_at\` keeps its age.

\`store prune\` forgets events, settled messages and spend beyond an age. It prints how many of each: \`events\`, \`mail\`, \`spend\`,
and \`written\`, which is false for a dry run.

| exit | when |
| --- | --- |
| 0 | done; also when there is no card to claim: \`card\` is then null |
| 1 | \`doctor\` found something that it did not repair |
| 2 | the call is wrong: \`BACKLOG_INVALID\`, \`USAGE\` |
| 3 | \`BACKLOG_STORE_VERSION\`, \`CREDENTIALS_EXPOSED\` |
| 4 | there is no such card |
| 5 | somebody else has it, or its state does not allow it |
| 6 | the store does not answer, or cannot write |

The [codes](errors.md) say more. After exit 6 it is not known whether a write happened; giving the same command again is safe.

## Events

\`show\` prints the events of a card, the oldest first. Each has \`seq\`, \`ts\`, \`kind\`, \`card_id\`, \`owner\`, \`fence\`, \`detail\`,
\`tenant_id\` and \`host\`.

| kind | what happened |
| --- | --- |
${meanings(EVENTS)}

## Limits

What is not within them is refused with \`BACKLOG_INVALID\`, and nothing is written. A request of the embedded store has at most
32 MiB.

| request | field | required | must be |
| --- | --- | --- | --- |
${limits()}
`;
