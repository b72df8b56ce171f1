// Tried on tmux 3.3a, which leaves pane_activity empty.
import { capturePane, idleSeconds } from "@mosaic/fleet-commands/tmux";
import { tmuxServer, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { MARK, bare, done, paneOf, panes, start } from "./agent-session.ts";

test("every pane is listed with its facts, without a UTF-8 locale too", async () => {
  await using server = await tmuxServer();
  expect(server.env.LC_ALL).toBe("C");
  const startedAt = Math.floor(Date.now() / 1000);
  await start(server, { name: "coder-1" });
  await start(server, { name: "coder-10" });
  await bare(server, "split-window", "-d", "-t", "=coder-10:", "--", "sleep", "600");
  const [first, ...rest] = await panes(server);
  expect(first).toEqual({
    server: { pid: expect.any(Number), startTime: expect.any(Number) },
    sessionId: "$0",
    session: "coder-1",
    group: "",
    sessionCreated: expect.any(Number),
    windowIndex: 0,
    paneIndex: 0,
    paneId: "%0",
    pid: expect.any(Number),
    dead: false,
    exitStatus: null,
    exitSignal: null,
    inMode: false,
    currentCommand: "sleep",
    lastActivity: expect.any(Number),
    mark: MARK,
  });
  expect(rest.map(({ session, paneIndex }) => `${session} ${String(paneIndex)}`)).toEqual([
    "coder-10 0",
    "coder-10 1",
  ]);
  expect(first?.sessionCreated).toBeGreaterThanOrEqual(startedAt);
  expect(first?.server.startTime).toBeGreaterThanOrEqual(startedAt);
  expect(Number(await bare(server, "display-message", "-p", "#{pid}"))).toBe(first?.server.pid);
});

test("what a program calls itself, and a mark that is not ours, cannot break the listing", async () => {
  await using server = await tmuxServer();
  const name = "x\ty\n%9\t\x1b[31méx";
  await bare(
    server,
    "new-session",
    "-d",
    "-s",
    "foreign",
    "--",
    "bash",
    "-c",
    'exec -a "$1" sleep 600',
    "_",
    name,
  );
  await bare(server, "set-option", "-t", "=foreign:", "@mosaic_home", "/a\tb\nc");
  await bare(server, "set-option", "-t", "=foreign:", "@mosaic_launch", "\n\n\t");
  const pane = await waitFor(
    async () => {
      const [one, ...others] = await panes(server);
      expect(others).toEqual([]);
      return one?.currentCommand.startsWith("x") === true && one;
    },
    { what: "the program's name" },
  );
  expect(pane).toMatchObject({
    session: "foreign",
    currentCommand: "x?y?%9??[31méx",
    mark: { home: "/a?b?c" },
  });
});

test("a session's tab is not a separator", async () => {
  await using server = await tmuxServer();
  await bare(server, "new-session", "-d", "-s", "a\tb", "--", "sleep", "600");
  expect((await panes(server)).map(({ session }) => session)).toEqual(["a\\tb"]);
});

test("idle seconds grow while the pane is quiet and start anew when it prints", async () => {
  await using server = await tmuxServer();
  await start(server, { command: ["cat"] });
  const idle = async (): Promise<number | null> => idleSeconds(await paneOf(server, "coder-1"), Date.now());
  await waitFor(async () => ((await idle()) ?? 0) >= 2, { what: "two quiet seconds" });
  await bare(server, "send-keys", "-t", "=coder-1:", "x");
  await waitFor(async () => (await idle()) === 0, { what: "the pane's activity", deadlineMs: 1_500 });
});

test("a pane is captured as it is seen, with as much of its history as was asked for", async () => {
  await using server = await tmuxServer();
  const wide = "é".repeat(200);
  const script =
    'i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo "line $i"; done; printf "%s\\nend" "$1"; exec sleep 600';
  const pane = await start(server, { command: ["sh", "-c", script, "_", wide] });
  const capture = (history: number): Promise<string> =>
    done(server, capturePane(server.socket, pane.paneId, history));
  await waitFor(async () => (await capture(0)).includes("end"), { what: "the output" });
  const visible = (await capture(0)).split("\n");
  expect(visible.slice(-4)).toEqual(["é".repeat(120), "é".repeat(80), "end", ""]);
  expect(visible[0]).toBe("line 64");
  expect((await capture(3)).split("\n")[0]).toBe("line 61");
  expect((await capture(1000)).split("\n")[0]).toBe("line 1");
});
