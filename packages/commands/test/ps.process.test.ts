import { spawn } from "node:child_process";
import { once } from "node:events";
import { listProcesses, parseProcesses } from "@mosaic/fleet-commands/ps";
import { createRun } from "@mosaic/fleet-process";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";

const run = createRun(process.env);

test("a process is found with its parent, its memory and its whole command line", async () => {
  const long = "x".repeat(5_000);
  const child = spawn("sh", ["-c", "read line", "sh", "a  b", long]);
  try {
    const { stdout } = await run(listProcesses([child.pid ?? 0, process.pid]));
    const found = parseProcesses(stdout);
    expect(found.map(({ pid }) => pid).sort()).toEqual([child.pid, process.pid].sort());
    const facts = found.find(({ pid }) => pid === child.pid);
    expect(facts).toMatchObject({ parent: process.pid, command: `sh -c read line sh a  b ${long}` });
    expect(found.find(({ pid }) => pid === process.pid)?.residentKiB).toBeGreaterThan(10_000);
  } finally {
    child.stdin.end();
    await once(child, "close");
  }
});

test("none of the processes being alive is an empty answer", async () => {
  const child = spawn("true");
  await once(child, "close");
  const { stdout, stderr } = await run(listProcesses([child.pid ?? 0]));
  expect([stdout, stderr]).toEqual(["", ""]);
});

test("a process that has ended and was not waited for is not among the living", async () => {
  // The second `sleep` inherits from the shell a child that it never waits for.
  const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"]);
  try {
    const [line] = (await once(parent.stdout, "data")) as [Buffer]; // A stream without an encoding gives buffers.
    const pid = Number(line.toString());
    const { stdout } = await waitFor(
      async () => {
        const answer = await run(listProcesses([pid]));
        return /defunct|\(sleep\)/.test(answer.stdout) && answer;
      },
      { what: "the zombie" },
    );
    expect(parseProcesses(stdout)).toEqual([]);
  } finally {
    parent.kill();
    await once(parent, "close");
  }
});
