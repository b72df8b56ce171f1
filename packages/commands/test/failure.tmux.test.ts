// Tried on tmux 3.3a. A failure is read from a message, so each is provoked here.
import { once } from "node:events";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { capturePane, deleteBuffer, listPanes, newHolder, tmuxFailure } from "@mosaic/fleet-commands/tmux";
import type { Argv, RunResult } from "@mosaic/fleet-process";
import { isRunning, tmuxServer, waitFor, type TmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { bare, paneOf, panes, start } from "./agent-session.ts";

const UID = String(process.getuid?.() ?? 0);
const NOBODY = "65534";

const list = async (server: TmuxServer): Promise<string> =>
  tmuxFailure((await server.run(listPanes(server.socket))).stderr);

/** Runs a program as somebody who may not read what belongs to us. */
const asSomebodyElse = (server: TmuxServer, argv: Argv): Promise<RunResult> =>
  server.run(
    UID === "0" ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...argv] : argv,
  );

test("a server that was never started is no server", async () => {
  await using server = await tmuxServer();
  expect(await list(server)).toBe("no-server");
});

test("the socket that a dead server left behind is no server, and a new one can start there", async () => {
  await using server = await tmuxServer();
  const { server: old } = await start(server);
  process.kill(old.pid, "SIGKILL");
  await waitFor(() => !isRunning(old.pid), { what: "the server's end" });
  expect(await readdir(join(server.tmpdir, `tmux-${UID}`))).toEqual([server.socket]);
  expect(await list(server)).toBe("no-server");
  expect((await start(server)).server).not.toEqual(old);
});

test("a plain file in the socket's place is no server", async () => {
  await using server = await tmuxServer();
  await mkdir(join(server.tmpdir, `tmux-${UID}`), { mode: 0o700 });
  await writeFile(join(server.tmpdir, `tmux-${UID}`, server.socket), "");
  expect(await list(server)).toBe("no-server");
});

test("a server that ends while it is asked is no server", async () => {
  await using server = await tmuxServer();
  await mkdir(join(server.tmpdir, `tmux-${UID}`), { mode: 0o700 });
  const asked = createServer((client) => client.once("data", () => client.destroy()));
  asked.listen(join(server.tmpdir, `tmux-${UID}`, server.socket));
  await once(asked, "listening");
  try {
    expect(await list(server)).toBe("no-server");
  } finally {
    asked.close();
    await once(asked, "close");
  }
});

test("a server without any session is no server, though its configuration keeps it", async () => {
  await using server = await tmuxServer();
  const { sessionId, pid } = await start(server);
  await bare(server, "set-option", "-s", "exit-empty", "off", ";", "kill-session", "-t", sessionId);
  await waitFor(() => !isRunning(pid), { what: "the end of the program" });
  expect(await list(server)).toBe("no-server");
  expect(await bare(server, "show-options", "-sv", "exit-empty")).toBe("off\n");
  expect(await start(server)).toMatchObject({ session: "coder-1" });
});

test("a socket folder of somebody else's is forbidden", async () => {
  await using server = await tmuxServer();
  await start(server);
  if (UID !== "0") await chmod(server.tmpdir, 0);
  try {
    const socket = join(server.tmpdir, `tmux-${UID}`, server.socket);
    const { exitCode, stderr } = await asSomebodyElse(server, ["tmux", "-S", socket, "list-panes", "-a"]);
    expect(exitCode).toBe(1);
    expect(tmuxFailure(stderr)).toBe("forbidden");
  } finally {
    await chmod(server.tmpdir, 0o700);
  }
});

test("a server of somebody else's is forbidden where its socket can be reached, though tmux exits 0", async ({
  skip,
}) => {
  skip(UID !== "0", "only root can be somebody else");
  await using server = await tmuxServer();
  await start(server);
  const folder = join(server.tmpdir, `tmux-${UID}`);
  for (const path of [server.tmpdir, folder]) await chmod(path, 0o755);
  await chmod(join(folder, server.socket), 0o777);
  const { stderr } = await asSomebodyElse(server, [
    "tmux",
    "-S",
    join(folder, server.socket),
    "list-panes",
    "-a",
  ]);
  expect(tmuxFailure(stderr)).toBe("forbidden");
});

test("a socket folder that others may write to is forbidden", async () => {
  await using server = await tmuxServer();
  await start(server);
  await chmod(join(server.tmpdir, `tmux-${UID}`), 0o777);
  expect(await list(server)).toBe("forbidden");
});

test("a pane, a session and a name that is taken are told apart", async () => {
  await using server = await tmuxServer();
  await start(server);
  const failure = async (argv: Argv): Promise<string> => tmuxFailure((await server.run(argv)).stderr);
  expect(await failure(capturePane(server.socket, "%99", 0))).toBe("no-target");
  expect(await failure(capturePane(server.socket, "=coder-10:", 0))).toBe("no-target");
  expect(await failure(newHolder({ socket: server.socket, name: "coder-1", home: "/h" }))).toBe("duplicate");
  expect(await failure(deleteBuffer(server.socket, "none"))).toBe("other");
  expect((await panes(server)).length).toBe(1);
  expect((await paneOf(server, "coder-1")).dead).toBe(false);
});
