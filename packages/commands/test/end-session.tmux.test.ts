// Tried on tmux 3.3a.
import { PIN_BROKEN, endSession, newHolder, tmuxFailure, type Pane } from "@mosaic/fleet-commands/tmux";
import { isRunning, tmuxServer, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { MARK, bare, done, paneOf, panes, sessions, start } from "./agent-session.ts";

test("exactly one session is ended, in all its windows", async () => {
  await using server = await tmuxServer();
  const names = ["a", "a-2", "a1", "a10", "coder-1", "coder-10"];
  for (const name of names) await start(server, { name });
  await bare(server, "new-window", "-d", "-t", "=a:", "--", "sleep", "600");
  await done(server, endSession(server.socket, await paneOf(server, "a")));
  expect(await sessions(server)).toEqual(names.slice(1));
  await done(server, endSession(server.socket, await paneOf(server, "coder-1")));
  expect(await sessions(server)).toEqual(["a-2", "a1", "a10", "coder-10"]);
});

test.for<[string[]]>([[[]], [["_view-coder-1"]]])(
  "a window that somebody linked into a session of their own stays there; viewers: %j",
  async ([viewers]) => {
    await using server = await tmuxServer();
    await bare(server, "new-session", "-d", "-s", "mine", "--", "sleep", "600");
    const pane = await start(server);
    await bare(server, "new-window", "-d", "-t", "=coder-1:", "--", "sleep", "600");
    const pids = (await panes(server)).filter(({ session }) => session === "coder-1").map(({ pid }) => pid);
    const second = pids.find((pid) => pid !== pane.pid) ?? 0;
    for (const viewer of viewers) await bare(server, "new-session", "-d", "-s", viewer, "-t", "=coder-1");
    await bare(server, "link-window", "-d", "-s", pane.paneId, "-t", "=mine:");
    await done(server, endSession(server.socket, pane));
    expect(await sessions(server)).toEqual(["mine"]);
    expect((await panes(server)).map(({ paneId }) => paneId)).toContain(pane.paneId);
    expect(await panes(server)).toHaveLength(2);
    await waitFor(() => !isRunning(second), { what: "the end of the window that nobody else shows" });
    expect(isRunning(pane.pid)).toBe(true);
  },
);

test("a window that stands twice in its session is ended", async () => {
  await using server = await tmuxServer();
  await start(server, { name: "other" });
  const pane = await start(server);
  await bare(server, "link-window", "-d", "-s", pane.paneId, "-t", "=coder-1:");
  await done(server, endSession(server.socket, pane));
  expect(await sessions(server)).toEqual(["other"]);
  await waitFor(() => !isRunning(pane.pid), { what: "its end" });
});

test("a session whose program has ended is ended too", async () => {
  await using server = await tmuxServer();
  await start(server, { name: "other" });
  await start(server, { command: ["sh", "-c", "exit 1"] });
  await waitFor(async () => (await paneOf(server, "coder-1")).dead, { what: "the end of the program" });
  await done(server, endSession(server.socket, await paneOf(server, "coder-1")));
  expect(await sessions(server)).toEqual(["other"]);
});

test.for<[string, (pane: Pane) => Pane]>([
  ["another server process", (pane) => ({ ...pane, server: { ...pane.server, pid: pane.server.pid + 1 } })],
  [
    "another server start",
    (pane) => ({ ...pane, server: { ...pane.server, startTime: pane.server.startTime - 1 } }),
  ],
  ["a session that is gone", (pane) => ({ ...pane, sessionId: "$99" })],
])("nothing is ended by the pin of %s", async ([, broken]) => {
  await using server = await tmuxServer();
  const pane = await start(server);
  expect(await done(server, endSession(server.socket, broken(pane)))).toBe(`${PIN_BROKEN}\n`);
  expect(await paneOf(server, "coder-1")).toEqual(pane);
});

test("ending a session twice is safe", async () => {
  await using server = await tmuxServer();
  await start(server, { name: "other" });
  const pane = await start(server);
  await done(server, endSession(server.socket, pane));
  expect(await done(server, endSession(server.socket, pane))).toBe(`${PIN_BROKEN}\n`);
  expect(await sessions(server)).toEqual(["other"]);
});

test("with a holder the server outlives its last agent, and the next one starts at once on the same", async () => {
  await using server = await tmuxServer();
  await done(server, newHolder({ socket: server.socket, name: "_holder", home: MARK.home }));
  const holder = await paneOf(server, "_holder");
  for (const _ of Array.from({ length: 20 })) {
    const pane = await start(server);
    expect(pane.server).toEqual(holder.server);
    await done(server, endSession(server.socket, pane));
  }
  expect(await sessions(server)).toEqual(["_holder"]);
});

test("the holder is one marked session of one waiting program, and stays when that is ended", async () => {
  await using server = await tmuxServer();
  const argv = newHolder({ socket: server.socket, name: "_holder", home: MARK.home });
  await done(server, argv);
  const holder = await paneOf(server, "_holder");
  expect(holder.mark).toEqual({ home: MARK.home, launch: "" });
  await waitFor(async () => (await paneOf(server, "_holder")).currentCommand === "cat", { what: "cat" });
  expect(tmuxFailure((await server.run(argv)).stderr)).toBe("duplicate");
  await bare(server, "send-keys", "-t", "=_holder:", "C-d");
  await waitFor(() => !isRunning(holder.pid), { what: "the end of cat" });
  expect(await sessions(server)).toEqual(["_holder"]);
  expect((await paneOf(server, "_holder")).server).toEqual(holder.server);
});
