import { expect, test } from "vitest";
import { NEW_AGENT, step, type Agent, type Effect, type Input } from "./agent.ts";

const message = (id: string, text: string): Input => ({
  kind: "submitted",
  text: `[box:operator -> box:coder-1 #${id}] ${text}`,
});
const byHand = (text: string): Input => ({ kind: "submitted", text });
const waited: Input = { kind: "waited" };

function run(...inputs: readonly Input[]): { agent: Agent; effects: Effect[] } {
  let agent = NEW_AGENT;
  const effects: Effect[] = [];
  for (const input of inputs) {
    const next = step(agent, input);
    agent = next.agent;
    effects.push(...next.effects);
  }
  return { agent, effects };
}

/** What others see, in short: `busy`, `turn-start a1`, ... */
const seenByOthers = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => {
    if (effect.kind === "report") return [effect.state];
    if (effect.kind === "event") return [`${effect.event} ${effect.id ?? "-"}`];
    return [];
  });
const answers = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) =>
    effect.kind === "show" && effect.entry.kind === "answer" ? [effect.entry.text] : [],
  );

test("a message is a turn: busy, started, ended, idle", () => {
  const { agent, effects } = run(message("a1", "hello"));
  expect(seenByOthers(effects)).toEqual(["busy", "turn-start a1", "turn-end a1", "idle"]);
  expect(agent).toMatchObject({ state: "idle", turns: 1, turn: undefined, queue: [] });
});

test("the start of a turn is reported before its answer is shown", () => {
  const { effects } = run(message("a1", "hello"));
  const started = effects.findIndex((effect) => effect.kind === "event" && effect.event === "turn-start");
  const answered = effects.findIndex((effect) => effect.kind === "show" && effect.entry.kind === "answer");
  expect(started).toBeLessThan(answered);
});

test("an answer gives the turn, whom it answers, the first line and how many more there are", () => {
  const [first, second, third] = answers(
    run(message("a1", "one\ntwo\nthree"), byHand("x\ny"), byHand("z")).effects,
  );
  expect(first).toMatch(/^Turn 1, to box:operator: I read “one” and 2 more lines\. /);
  expect(second).toMatch(/^Turn 2: I read “x” and 1 more line\. /);
  expect(third).toMatch(/^Turn 3: I read “z”\. /);
});

test("what is typed by hand is a turn without an id", () => {
  expect(seenByOthers(run(byHand("hello")).effects)).toEqual(["busy", "turn-start -", "turn-end -", "idle"]);
});

test("nothing is no turn", () => {
  expect(run(byHand(""), byHand(" \n "))).toMatchObject({ agent: NEW_AGENT, effects: [] });
});

test("an id that was taken is not done again, not even after a clear", () => {
  const { agent, effects } = run(message("a1", "hello"), byHand("/clear"), message("a1", "hello"));
  expect(seenByOthers(effects).filter((event) => event === "turn-start a1")).toHaveLength(1);
  expect(agent.turns).toBe(0);
  expect(effects.at(-1)).toMatchObject({ kind: "show", entry: { kind: "note" } });
});

test("an id that waits in the queue is not queued again", () => {
  const { agent } = run(byHand("slow 5s"), message("q1", "x"), message("q1", "x"));
  expect(agent.queue).toHaveLength(1);
});

test("only so many ids are remembered, the newest", () => {
  const agent = {
    ...NEW_AGENT,
    seen: new Set(Array.from({ length: 10_000 }, (_, at) => `old-${String(at)}`)),
  };
  const { seen } = step(agent, message("new", "x")).agent;
  expect([seen.size, seen.has("new"), seen.has("old-0"), seen.has("old-1")]).toEqual([
    10_000,
    true,
    false,
    true,
  ]);
});

test("while it is busy messages wait and are taken in their order", () => {
  const { agent, effects } = run(message("s1", "slow 5s"), message("q1", "x"), message("q2", "y"));
  expect(seenByOthers(effects)).toEqual(["busy", "turn-start s1", "queued q1", "queued q2"]);
  expect(effects).toContainEqual({ kind: "wait", ms: 5_000 });
  const after = step(agent, waited);
  expect(seenByOthers(after.effects)).toEqual([
    ...["turn-end s1", "idle", "busy", "turn-start q1", "turn-end q1", "idle"],
    ...["busy", "turn-start q2", "turn-end q2", "idle"],
  ]);
  expect(after.agent).toMatchObject({ state: "idle", turns: 3, queue: [] });
});

test("the queue is bounded, and what it does not take may come again", () => {
  const full = Array.from({ length: 1_000 }, (_, at) => message(`q${String(at)}`, "x"));
  const { agent, effects } = run(byHand("slow 5s"), ...full, message("over", "x"));
  expect(agent.queue).toHaveLength(1_000);
  expect(agent.seen.has("over")).toBe(false);
  expect(seenByOthers(effects).at(-1)).toBe("queued q999");
});

test("a slow turn that is queued stops the queue until its time is over", () => {
  const { agent } = run(byHand("slow 1s"), message("q1", "slow 1s"), message("q2", "x"), waited);
  expect(agent).toMatchObject({ state: "busy", turns: 2, turn: { id: "q1" } });
  expect(agent.queue).toHaveLength(1);
});

test("block opens a dialog and waits for a choice, with the reason", () => {
  const { agent, effects } = run(message("b1", 'block "push to main?"'), message("q1", "x"));
  expect(effects).toContainEqual({ kind: "report", state: "blocked", reason: "push to main?" });
  expect(agent).toMatchObject({ state: "blocked", dialog: "push to main?" });
  const { agent: after, effects: more } = step(agent, { kind: "chosen", allowed: true });
  expect(answers(more)[0]).toBe("Allowed: push to main?");
  expect(seenByOthers(more).slice(0, 3)).toEqual(["turn-end b1", "idle", "busy"]);
  expect(after).toMatchObject({ state: "idle", dialog: null, turns: 2 });
});

test("a denied dialog says so", () => {
  expect(answers(run(byHand("block x"), { kind: "chosen", allowed: false }).effects)).toEqual(["Denied: x"]);
});

test("a choice without a dialog, and a time that nobody waits for, do nothing", () => {
  expect(run({ kind: "chosen", allowed: true }, waited)).toMatchObject({ agent: NEW_AGENT, effects: [] });
  const { agent } = run(byHand("block x"));
  expect(step(agent, waited)).toEqual({ agent, effects: [] });
});

test("/clear forgets the conversation: a new session, turns from one", () => {
  const { agent, effects } = run(byHand("hello"), byHand("/clear"));
  expect(effects).toContainEqual({ kind: "new-session" });
  expect(seenByOthers(effects).slice(-2)).toEqual(["idle", "cleared -"]);
  expect(agent.turns).toBe(0);
});

test("/clear in a message with a header is text", () => {
  const { agent, effects } = run(message("c1", "/clear"));
  expect(seenByOthers(effects)).toEqual(["busy", "turn-start c1", "turn-end c1", "idle"]);
  expect(agent.turns).toBe(1);
});

test("/clear while it is busy waits for its place in the queue", () => {
  const { effects } = run(byHand("slow 1s"), byHand("/clear"), message("q1", "x"), waited);
  expect(seenByOthers(effects).slice(2)).toEqual([
    ...["queued q1", "turn-end -", "idle"],
    ...["idle", "cleared -"],
    ...["busy", "turn-start q1", "turn-end q1", "idle"],
  ]);
});

test("a muted agent reports nothing and still answers, until it is unmuted", () => {
  const { agent, effects } = run(message("m1", "mute"), message("m2", "hello"));
  expect(seenByOthers(effects)).toEqual(["busy", "turn-start m1", "turn-end m1", "idle"]);
  expect(answers(effects)[1]).toMatch(/^Turn 2, /);
  expect(agent.muted).toBe(true);
  const after = step(agent, message("m3", "unmute"));
  expect(seenByOthers(after.effects)).toEqual(["busy", "turn-start m3", "turn-end m3", "idle"]);
  expect(after.agent.muted).toBe(false);
});

test("exit ends its turn and leaves with its status; what waits is not begun", () => {
  const { effects } = run(byHand("slow 1s"), message("e1", "exit 3"), message("q1", "x"), waited);
  expect(effects.at(-1)).toEqual({ kind: "leave", code: 3 });
  expect(seenByOthers(effects)).not.toContain("turn-start q1");
  expect(seenByOthers(effects)).toContain("turn-end e1");
});

test("a crash comes in the middle of its turn", () => {
  const { effects } = run(message("c1", "crash"), message("q1", "x"));
  expect(seenByOthers(effects)).toEqual(["busy", "turn-start c1", "queued q1"]);
  expect(effects).toContainEqual({ kind: "crash" });
});
