import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { events, json, rows, type FleetWorld } from "./fleet-world.ts";
import { AGENT, PANE, type Subject } from "./send-subject.ts";

/** How to bring a fresh agent into a state, what its receipts must then say, and whether its messages arrive. */
interface StateRule {
  readonly enter: (subject: Subject) => Promise<void>;
  /** Before each message, for a state that a message ends. */
  readonly again?: (subject: Subject) => Promise<void>;
  readonly verdicts: readonly string[];
  /** Undefined where that is open: the receipt must then say it. */
  readonly arrives?: boolean;
  /** Seconds, where ten are not right: where no evidence can come, there is no use in waiting long. */
  readonly timeout?: number;
}

const readinessIs = (world: FleetWorld, readiness: string): Promise<unknown> =>
  waitFor(async () => (await rows(world))[0]?.readiness === readiness, {
    what: `readiness ${readiness}`,
    deadlineMs: 30_000,
  });
const mode = async ({ world }: Subject): Promise<void> => {
  await world.tmux("copy-mode", "-t", PANE);
};
const nothing = (): Promise<void> => Promise.resolve();

/** The restart that is under way. */
const latest = new WeakMap<Subject, Promise<unknown>>();

export const STATES = {
  idle: { enter: nothing, again: (subject) => subject.settle(), verdicts: ["accepted"], arrives: true },
  busy: {
    enter: async (subject) => {
      await subject.busy(1_200_000);
      await readinessIs(subject.world, "working");
    },
    // Some take it into the turn that runs.
    verdicts: ["queued", "accepted"],
    arrives: true,
  },
  "now busy, now idle": {
    enter: nothing,
    again: (subject) => subject.busy(20 + Math.round(Math.random() * 300)),
    verdicts: ["accepted", "queued"],
    arrives: true,
  },
  blocked: {
    enter: async (subject) => {
      await subject.block?.();
      await readinessIs(subject.world, "stuck");
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
  muted: {
    enter: async (subject) => {
      await subject.mute?.();
    },
    verdicts: ["unknown"],
    arrives: true,
    timeout: 1.5,
  },
  "in copy-mode": {
    enter: nothing,
    again: async (subject) => {
      await subject.settle();
      await mode(subject);
    },
    verdicts: ["accepted"],
    arrives: true,
  },
  "holding a draft": {
    enter: async ({ world }) => {
      await world.tmux("send-keys", "-t", PANE, "-l", "half a thought");
      await waitFor(async () => (await screen(world.server, PANE)).includes("half a thought"), {
        what: "the draft",
      });
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
  dead: {
    enter: async (subject) => {
      await subject.end();
      await readinessIs(subject.world, "dead");
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
  restarting: {
    enter: nothing,
    again: async (subject) => {
      await latest.get(subject);
      latest.set(subject, subject.world.mosaic("fleet", "restart", AGENT));
      await pause(Math.random() * 600);
    },
    verdicts: ["accepted", "queued", "not-delivered"],
    // Some take that long to start.
    timeout: 30,
  },
  "replaced by a shell": {
    enter: async ({ world }) => {
      await world.tmux("respawn-pane", "-k", "-t", PANE, "sh");
      await waitFor(async () => (await rows(world))[0]?.flags.includes("DRIFT"), { what: "the shell" });
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
} as const satisfies Readonly<Record<string, StateRule>>;
export type State = keyof typeof STATES;

/** What became of the messages to one agent in one state. */
export interface Sends {
  /** How many receipts gave each verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** The false verdicts, as sentences. */
  readonly wrong: readonly string[];
  /** Where evidence could have come and none did, as sentences. */
  readonly unknown: readonly string[];
}

/**
 * Sends messages to an agent in one state, and asks the agent itself what became of each: its event file, or its
 * screen where it writes none.
 */
export async function sendsTo(
  subject: Subject,
  state: State,
  count: number,
  textOf: (index: number, id: string) => string = (index, id) => `message ${String(index)} of ${id}`,
): Promise<Sends> {
  const { world } = subject;
  const rule: StateRule = STATES[state];
  await rule.enter(subject);
  const wrong: string[] = [];
  const verdicts = new Map<string, string>();
  const unknown: string[] = [];
  for (let i = 0; i < count; i++) {
    await rule.again?.(subject);
    const id = randomUUID().slice(0, 12);
    const args = ["--id", id, "--timeout", String(rule.timeout ?? 10), "--json"];
    const sent = await world.mosaicWith({ stdin: textOf(i, id) }, "agent", "send", AGENT, "-", ...args);
    if (sent.stdout === "") throw new Error(sent.stderr);
    const receipt = json(sent);
    verdicts.set(id, receipt.verdict);
    if (rule.verdicts.includes(receipt.verdict)) continue;
    const said = `${id} to ${state}: ${receipt.verdict}, ${receipt.why}`;
    if (receipt.verdict === "unknown") unknown.push(said);
    else wrong.push(said);
  }
  await latest.get(subject);
  const onScreen = (await world.tmux("capture-pane", "-p", "-J", "-S", "-5000", "-t", PANE)).stdout;
  const taken = await takenBy(world, state, verdicts);
  for (const [id, verdict] of verdicts) {
    // Some take what is queued into the turn that runs, and report no turn for it.
    const times = taken(id) || (verdict === "queued" && (await subject.took(id)) ? 1 : 0);
    if (times > 1) wrong.push(`${id} was delivered ${String(times)} times`);
    if ((verdict === "accepted" || verdict === "queued") && times === 0)
      wrong.push(`${id} is ${verdict} and never arrived`);
    if (verdict === "not-delivered" && onScreen.includes(id))
      wrong.push(`${id} is not-delivered and was typed`);
    if (verdict === "not-delivered" && times > 0) wrong.push(`${id} is not-delivered and arrived`);
    // What is restarted has begun a turn and was ended in it.
    if (verdict === "accepted" && state !== "restarting" && state !== "busy" && !(await subject.took(id)))
      wrong.push(`${id} is accepted and the program never asked its model`);
    if (rule.arrives === true && verdict !== "unknown" && times === 0) wrong.push(`${id} never arrived`);
  }
  return { verdicts: counted([...verdicts.values()]), wrong, unknown };
}

const counted = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));

/** How often the agent itself took each message. */
async function takenBy(
  world: FleetWorld,
  state: State,
  verdicts: ReadonlyMap<string, string>,
): Promise<(id: string) => number> {
  if (state === "muted") {
    const lines = await world.tmux("capture-pane", "-p", "-J", "-S", "-5000", "-t", PANE);
    // In the transcript, not in the composer.
    return (id) =>
      lines.stdout.split("\n").filter((line) => line.startsWith("▌") && line.includes(`#${id}]`)).length;
  }
  const expected = [...verdicts].filter(
    ([, verdict]) => verdict === "accepted" || verdict === "queued",
  ).length;
  // Queued in a turn that goes on: that is the agent's word. Else the turn counts, and comes when it is its turn.
  const starts = async (): Promise<readonly string[]> =>
    (await events(world, AGENT)).flatMap(({ event, id }) =>
      event === "turn-start" && id !== null ? [id] : [],
    );
  const seen = async (): Promise<readonly string[]> => {
    const begun = await starts();
    if (state !== "busy") return begun;
    const queued = (await events(world, AGENT)).flatMap(({ event, id }) =>
      event === "queued" && id !== null && !begun.includes(id) ? [id] : [],
    );
    return [...begun, ...new Set(queued)];
  };
  await waitFor(async () => (await seen()).length >= expected, {
    what: "the turns",
    deadlineMs: 20_000,
  }).catch(() => undefined);
  const ids = await seen();
  return (id) => ids.filter((one) => one === id).length;
}
