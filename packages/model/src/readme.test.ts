import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { example } from "../test/readme-example.ts";
import { serializeHeartbeat } from "./heartbeat.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's example is the one that runs, and says how an agent is", () => {
  expect(read("../README.md")).toContain(`\`\`\`ts\n${read("../test/readme-example.ts")}\`\`\``);
  const heartbeat = serializeHeartbeat({
    version: 1,
    agent: "code0",
    tenant_id: "ada",
    host: "here",
    pid: 1,
    runtime: "canary",
    session_id: "s",
    state: "busy",
    reason: null,
    since: 0,
    ts: 1000,
    interval: 5000,
    contract: null,
    card: null,
  });
  expect(example(heartbeat, 2000)).toBe("code0 is working: the agent reports that it is busy");
});
