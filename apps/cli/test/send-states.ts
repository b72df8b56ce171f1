import { randomUUID } from "node:crypto";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { events, json, rows, type FleetWorld } from "./fleet-world.ts";

/** How to bring a fresh canary into a state, what its receipts must then say, and whether its messages arrive. */
interface StateRule {
  readonly enter: (world: FleetWorld) => Promise<void>;
  /** Before each message, for a state that a message ends. */
  readonly again?: (world: FleetWorld) => Promise<void>;
  readonly verdicts: readonly string[];
  readonly arrives: boolean;
  /** Seconds; where no evidence can come, there is no use in waiting long. */
  readonly timeout?: number;
}

const AGENT = "coder0";
const PANE = `=${AGENT}:`;

const type = async (world: FleetWorld, text: string): Promise<void> => {
  await world.tmux("send-keys", "-t", PANE, "-l", text);
};
const enter = async (world: FleetWorld, text: string): Promise<void> => {
  await type(world, text);
  await waitFor(async () => (await screen(world.server, PANE)).includes(`› ${text}`), {
    what: `${text} as a draft`,
  });
  await world.tmux("send-keys", "-t", PANE, "Enter");
};
const readinessIs = (world: FleetWorld, readiness: string): Promise<unknown> =>
  waitFor(async () => (await rows(world))[0]?.readiness === readiness, { what: `readiness ${readiness}` });
const mode = async (world: FleetWorld): Promise<void> => {
  await world.tmux("copy-mode", "-t", PANE);
};

export const STATES = {
  idle: { enter: () => Promise.resolve(), verdicts: ["accepted"], arrives: true },
  busy: {
    enter: async (world) => {
      await enter(world, "slow 20m");
      await readinessIs(world, "working");
    },
    verdicts: ["queued"],
    arrives: true,
  },
  "now busy, now idle": {
    enter: () => Promise.resolve(),
    again: (world) => enter(world, `slow ${String(20 + Math.round(Math.random() * 300))}ms`),
    verdicts: ["accepted", "queued"],
    arrives: true,
  },
  blocked: {
    enter: async (world) => {
      await enter(world, 'block "May I?"');
      await readinessIs(world, "stuck");
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
  muted: {
    enter: async (world) => {
      await enter(world, "mute");
      await waitFor(async () => (await screen(world.server, PANE)).includes("· muted"), { what: "muting" });
    },
    verdicts: ["unknown"],
    arrives: true,
    timeout: 1.5,
  },
  "in copy-mode": { enter: mode, again: mode, verdicts: ["accepted"], arrives: true },
  "holding a draft": {
    enter: async (world) => {
      await type(world, "half a thought");
      await waitFor(async () => (await screen(world.server, PANE)).includes("half a thought"), {
        what: "the draft",
      });
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
  dead: {
    enter: async (world) => {
      await enter(world, "exit 3");
      await readinessIs(world, "dead");
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
  "replaced by a shell": {
    enter: async (world) => {
      await world.tmux("respawn-pane", "-k", "-t", PANE, "sh");
      await waitFor(async () => (await rows(world))[0]?.flags.includes("DRIFT"), { what: "the shell" });
    },
    verdicts: ["not-delivered"],
    arrives: false,
  },
} as const satisfies Readonly<Record<string, StateRule>>;
export type State = keyof typeof STATES;

/**
 * Sends `count` messages to an agent in one state, and asks the agent itself what became of each: its event file,
 * or its screen where it writes none.
 *
 * @returns The false verdicts, as sentences.
 */
export async function falseVerdicts(world: FleetWorld, state: State, count: number): Promise<string[]> {
  const rule: StateRule = STATES[state];
  await world.roster([AGENT]);
  const applied = await world.mosaic("fleet", "apply");
  if (applied.exitCode !== 0) throw new Error(applied.stderr);
  await rule.enter(world);
  const wrong: string[] = [];
  const verdicts = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    await rule.again?.(world);
    const id = randomUUID().slice(0, 12);
    const text = `message ${String(i)} of ${id}`;
    const args = ["--message", text, "--id", id, "--timeout", String(rule.timeout ?? 10), "--json"];
    const receipt = json(await world.mosaic("agent", "send", AGENT, ...args));
    verdicts.set(id, receipt.verdict);
    if (!rule.verdicts.includes(receipt.verdict))
      wrong.push(`${id} to ${state}: ${receipt.verdict}, ${receipt.why}`);
  }
  const onScreen = (await world.tmux("capture-pane", "-p", "-J", "-S", "-5000", "-t", PANE)).stdout;
  const taken = await takenBy(world, state, verdicts);
  for (const [id, verdict] of verdicts) {
    const times = taken(id);
    if (times > 1) wrong.push(`${id} was delivered ${String(times)} times`);
    if ((verdict === "accepted" || verdict === "queued") && times === 0)
      wrong.push(`${id} is ${verdict} and never arrived`);
    if (verdict === "not-delivered" && onScreen.includes(id))
      wrong.push(`${id} is not-delivered and was typed`);
    if (verdict === "not-delivered" && times > 0) wrong.push(`${id} is not-delivered and arrived`);
    if (rule.arrives && times === 0) wrong.push(`${id} never arrived`);
  }
  return wrong;
}

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
  // Queued in a turn that goes on: that event is the agent's word.
  const event = state === "busy" ? "queued" : "turn-start";
  const expected = [...verdicts].filter(
    ([, verdict]) => verdict === "accepted" || verdict === "queued",
  ).length;
  const seen = (): Promise<readonly string[]> =>
    events(world, AGENT).then((all) =>
      all.flatMap((one) => (one.event === event && one.id !== null ? [one.id] : [])),
    );
  // What was queued is taken when its turn comes.
  await waitFor(async () => (await seen()).length >= expected, {
    what: "the turns",
    deadlineMs: 20_000,
  }).catch(() => undefined);
  const ids = await seen();
  return (id) => ids.filter((one) => one === id).length;
}
