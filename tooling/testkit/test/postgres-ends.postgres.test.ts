import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isRunning } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";

test.for([
  ["it is interrupted", "wait", "SIGINT", { code: null, signal: "SIGINT" }],
  ["it is told to end", "wait", "SIGTERM", { code: null, signal: "SIGTERM" }],
  ["it leaves the server behind", "leave", undefined, { code: 0, signal: null }],
] as const)(
  "a server is gone with all its files when its test is cut short: %s",
  async ([, then, sent, how]) => {
    const program = fileURLToPath(new URL("./postgres-holder.ts", import.meta.url));
    const holder = spawn(process.execPath, ["--conditions=@mosaic/source", program, then], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(holder, "exit");
    const [line] = (await once(holder.stdout, "data")) as [Buffer];
    // What the holder prints.
    const { folder, pid } = JSON.parse(line.toString()) as { readonly folder: string; readonly pid: number };
    if (sent !== undefined) holder.kill(sent);
    const [code, signal] = (await ended) as unknown[];
    expect({ code, signal }).toEqual(how);
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  },
);
