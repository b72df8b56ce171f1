import { expect, test } from "vitest";
import { HOME, sampleContext, sampleRoster } from "../../test/sample.ts";
import { expandHome, launchOf, livesElsewhere, type Launch } from "./launch.ts";

const launch = (
  seat: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
  context = sampleContext(),
  override?: string,
): Launch => {
  const roster = sampleRoster(["coder0"], {
    agents: [{ name: "coder0", runtime: "canary", ...seat }],
    ...more,
  });
  const [agent] = roster.agents;
  if (!agent) throw new Error("the roster has no seat");
  return launchOf(roster, agent, context, override);
};

test.for([
  ["~", "/home/ada"],
  ["~/work", "/home/ada/work"],
  ["/srv/work", "/srv/work"],
  ["work", "/home/ada/work"],
  ["~bob/work", "/home/ada/~bob/work"],
] as const)("the working directory %s is %s", ([written, path]) => {
  expect(expandHome(written, "/home/ada")).toBe(path);
});

test.for([
  ["the model", { model_hint: "small" }],
  ["the class", { class: "review" }],
  ["the working directory", { working_directory: "/srv" }],
  ["the permission prompts", { yolo: false }],
  ["a command", { command: "sleep 1" }],
  ["the runtime", { runtime: "claude" }],
] as const)("another hash comes with %s", ([, seat]) => {
  expect(launch(seat).hash).not.toBe(launch().hash);
});

test("another hash comes with another socket, another home and a command for the runtime", () => {
  const before = launch().hash;
  expect(launch({}, { tmux: { socket_name: "other" } }).hash).not.toBe(before);
  expect(launch({}, { runtimes: { canary: { command: "sleep 1" } } }).hash).not.toBe(before);
  const { home } = sampleContext();
  expect(launch({}, {}, sampleContext({ home: { ...home, root: "/other" } })).hash).not.toBe(before);
});

test.for([
  ["the alias", { alias: "Ada" }, {}, {}],
  ["the reset between tasks", { reset_between_tasks: true }, {}, {}],
  ["the reset command", {}, { runtimes: { canary: { reset_command: "/clear" } } }, {}],
  ["the holder's name", {}, { tmux: { socket_name: "fleet", holder_session: "_h" } }, {}],
  ["the caller's PATH", {}, {}, { path: "/opt" }],
  ["the caller", {}, {}, { caller: "lead" }],
  ["the program that starts it", {}, {}, { program: ["/other/node", "/other/mosaic.js"] }],
] as const)("the hash stays the same whatever %s", ([, seat, roster, context]) => {
  expect(launch(seat, roster, sampleContext(context)).hash).toBe(launch().hash);
});

test("the operator's own command line is started and is no drift", () => {
  const { command, hash } = launch({}, {}, sampleContext(), "my-agent --fast");
  expect(command).toEqual([`${HOME}/fleet/run/bin/mosaic`, "exec", "my-agent --fast"]);
  expect(hash).toBe(launch().hash);
});

test("a command of the roster's wins over the operator's", () => {
  expect(launch({ command: "sleep 1" }, {}, sampleContext(), "my-agent").command.at(-1)).toBe("sleep 1");
});

test.for([
  [{}, ["yolo", "canary"]],
  [{ yolo: false }, ["canary"]],
  [{ model_hint: "small" }, ["yolo", "canary", "--model", "small"]],
  [{ channels: ["plugin:chat", "b"] }, ["yolo", "canary", "--channels", "plugin:chat", "b"]],
] as const)("the seat %j starts mosaic with %j", ([seat, words]) => {
  expect(launch(seat).command).toEqual([`${HOME}/fleet/run/bin/mosaic`, ...words]);
});

test("an agent's own tmux is neither the fleet's nor the operator's, and mosaic inside it finds the way back", () => {
  const { env } = launch({}, {}, sampleContext({ tmuxFolder: "/srv/tmux" }));
  expect(env.TMUX_TMPDIR).toBe(`${HOME}/fleet/run/tmux`);
  expect(env.MOSAIC_TMUX_TMPDIR).toBe("/srv/tmux");
});

test.for([
  ["no host", {}, undefined],
  ["this host", { host: "larch" }, undefined],
  ["another host", { host: "oak" }, "oak"],
  ["an ssh target", { host: "oak", ssh: "ada@oak" }, "ada@oak"],
  ["a socket of its own", { socket: "apart" }, "socket apart"],
] as const)("a seat with %s", ([, seat, expected]) => {
  const [agent] = sampleRoster([], { agents: [{ name: "coder0", runtime: "canary", ...seat }] }).agents;
  expect(agent && livesElsewhere(agent, "larch")).toBe(expected);
});
