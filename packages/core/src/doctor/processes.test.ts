import { expect, test } from "vitest";
import { judgeProcesses, type HomeProcess } from "./processes.ts";

const pane = (changes: Partial<HomeProcess> = {}): HomeProcess => ({
  pid: 20,
  words: ["node", "mosaic.js", "yolo", "canary"],
  agent: "lead",
  parent: 7,
  parentWords: ["tmux", "-u", "-L", "fleet", "new-session"],
  ...changes,
});
const serve = (pid: number): HomeProcess =>
  pane({
    pid,
    words: ["node", "mosaic.js", "store", "serve"],
    agent: undefined,
    parent: 1,
    parentWords: ["init"],
  });

test.for([
  ["an agent in the fleet's server", [pane()], 7, []],
  ["an agent in another server", [pane({ parent: 8 })], 7, ["SESSION_ORPHANED"]],
  ["an agent while the fleet has no server", [pane()], null, ["SESSION_ORPHANED"]],
  ["an agent while nobody knows the fleet's server", [pane()], undefined, []],
  ["a program that systemd started", [pane({ parent: 1, parentWords: ["/lib/systemd/systemd"] })], 7, []],
  ["what an agent has started", [pane({ agent: undefined, parent: 20, parentWords: ["node"] })], 7, []],
  ["one store service", [serve(1)], 7, []],
  ["two store services", [serve(1), serve(2)], 7, ["SERVICE_DOUBLED"]],
] as const)("%s", ([, processes, server, codes]) => {
  expect(judgeProcesses({ processes, server }).map(({ code }) => code)).toEqual(codes);
});

test("the mend of an orphaned session names the socket that its server was started with", () => {
  const [named] = judgeProcesses({ processes: [pane()], server: null });
  expect(named?.mend).toContain("tmux -L fleet kill-session -t '=lead'");
  const [plain] = judgeProcesses({ processes: [pane({ parentWords: ["tmux", "new"] })], server: null });
  expect(plain).toMatchObject({
    message: expect.stringContaining("tmux's default socket") as unknown,
    mend: expect.stringContaining("tmux kill-session -t '=lead'") as unknown,
  });
});
