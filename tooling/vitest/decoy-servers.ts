/**
 * Two tmux servers that belong to nobody the tests know, on the names where a careless command would land: tmux's own
 * `default`, and the product's `mosaic-fleet`. Every real-tool test inherits a `TMUX_TMPDIR` in which only these
 * exist, and a `TMUX` that points at the first as if the suite were started inside one of its panes. So the operator's own
 * servers are out of reach, and whatever leaks out of a test hits a decoy. At the end both must be exactly as they were.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SERVERS: Readonly<Record<string, readonly string[]>> = {
  default: ["decoy", "coder-1", "_holder"],
  "mosaic-fleet": ["foreign", "coder-10"],
};
/** A run that is killed cleans nothing up: then its decoys end by themselves. */
const WHILE_WE_RUN = `while kill -0 ${String(process.pid)} 2>/dev/null; do sleep 5; done`;
const FACTS =
  "#{pid} #{session_id} #{session_name} #{session_created} #{session_attached} #{pane_pid} #{pane_dead}";

export function setup(): (() => void) | undefined {
  // Two projects of one run share one pair of servers.
  if (process.env.MOSAIC_TEST_DECOYS !== undefined || !hasTmux()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "mf-decoy-"));
  const before = {
    TMUX: process.env.TMUX,
    TMUX_PANE: process.env.TMUX_PANE,
    TMUX_TMPDIR: process.env.TMUX_TMPDIR,
  };
  process.env.MOSAIC_TEST_DECOYS = folder;
  process.env.TMUX_TMPDIR = folder;
  delete process.env.TMUX;
  delete process.env.TMUX_PANE;

  const started = Object.entries(SERVERS).map(([socket, sessions]) => {
    for (const session of sessions)
      tmux(socket, "new-session", "-d", "-s", session, "--", "sh", "-c", WHILE_WE_RUN);
    return { socket, asStarted: facts(socket) };
  });
  const here = tmux(
    "default",
    "display-message",
    "-p",
    "-t",
    "=decoy:",
    "#{socket_path},#{pid},0 #{pane_id}",
  );
  const [client = "", pane = ""] = here.trim().split(" ");
  process.env.TMUX = client;
  process.env.TMUX_PANE = pane;

  return () => {
    const harmed = started.flatMap(({ socket, asStarted }) => {
      const asLeft = facts(socket);
      return asLeft === asStarted ? [] : [`${socket} was:\n${asStarted}and is:\n${asLeft}`];
    });
    for (const { socket } of started) end(socket);
    delete process.env.MOSAIC_TEST_DECOYS;
    for (const [key, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = value;
    }
    rmSync(folder, { recursive: true, force: true });
    if (harmed.length === 0) return;
    throw new Error(`A test touched a tmux server that is not its own.\n${harmed.join("\n")}`);
  };
}

function tmux(socket: string, ...args: string[]): string {
  return execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], {
    encoding: "utf8",
    stdio: "pipe",
  });
}

function facts(socket: string): string {
  try {
    return tmux(socket, "list-panes", "-a", "-F", FACTS);
  } catch {
    return "(no server)\n";
  }
}

function end(socket: string): void {
  try {
    tmux(socket, "kill-server");
  } catch {
    // It is gone already; the comparison has said so.
  }
}

function hasTmux(): boolean {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
