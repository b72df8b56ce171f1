import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { events, fleetWorld, pids, rows, type FleetWorld } from "./fleet-world.ts";
import { AGENT, PANE, runtimeWorld, type RuntimeUnderTest } from "./runtime-world.ts";

export { AGENT, PANE };

/** One agent that messages are sent to, and how it is brought into a state. */
export interface Subject extends AsyncDisposable {
  readonly world: FleetWorld;
  /** Waits until it is idle. */
  settle(): Promise<void>;
  /** Has it begin a turn of this length. */
  busy(ms: number): Promise<void>;
  /** Ends its program. */
  end(): Promise<void>;
  /** Has it ask a question; undefined where it never does. */
  readonly block: (() => Promise<void>) | undefined;
  /** Has it report nothing any more; undefined where it cannot. */
  readonly mute: (() => Promise<void>) | undefined;
  /** Whether the program did something about the message, beyond what it reports. */
  took(id: string): Promise<boolean>;
}

export async function canarySubject(): Promise<Subject> {
  const world = await fleetWorld();
  await world.roster([AGENT]);
  const applied = await world.mosaic("fleet", "apply");
  if (applied.exitCode !== 0) throw new Error(applied.stderr);
  const enter = async (text: string): Promise<void> => {
    await world.tmux("send-keys", "-t", PANE, "-l", text);
    await waitFor(async () => (await screen(world.server, PANE)).includes(`› ${text}`), {
      what: `${text} as a draft`,
    });
    await world.tmux("send-keys", "-t", PANE, "Enter");
  };
  return {
    world,
    settle: () => Promise.resolve(),
    busy: (ms) => enter(`slow ${String(ms)}ms`),
    end: () => enter("exit 3"),
    block: () => enter('block "May I?"'),
    mute: async () => {
      await enter("mute");
      await waitFor(async () => (await screen(world.server, PANE)).includes("· muted"), { what: "muting" });
    },
    took: async (id) =>
      (await events(world, AGENT)).some((event) => event.event === "turn-start" && event.id === id),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

export async function runtimeSubject(runtime: RuntimeUnderTest): Promise<Subject> {
  const one = await runtimeWorld(runtime);
  const { world, model } = one;
  const say = async (text: string): Promise<void> => {
    await one.send("--message", text, "--timeout", "20");
  };
  const { asking } = runtime;
  return {
    world,
    settle: () =>
      waitFor(async () => (await rows(world))[0]?.readiness === "available", {
        what: "idleness",
        deadlineMs: 30_000,
      }).then(() => undefined),
    busy: (ms) => say(runtime.slow(ms)),
    end: async () => {
      const { [AGENT]: pid = 0 } = await pids(world);
      process.kill(pid, "SIGKILL");
    },
    block: asking && (() => say(asking.message)),
    mute: undefined,
    took: (id) =>
      waitFor(() => model.requests.some(({ user }) => user.some((text) => text.includes(`#${id}]`))), {
        what: `a question with ${id}`,
      }).then(
        () => true,
        () => false,
      ),
    [Symbol.asyncDispose]: () => one[Symbol.asyncDispose](),
  };
}
