import { randomUUID } from "node:crypto";
import process from "node:process";
import { runCanary } from "../src/canary/canary.ts";

const [agent = "canary", folder, intervalMs = "1000"] = process.argv.slice(2);

// A promise that nobody settles any more ends the program with a status of its own: 13.
process.exitCode = await runCanary({
  agent,
  host: "testhost",
  tenantId: "tester",
  files:
    folder === undefined
      ? undefined
      : { heartbeat: `${folder}/${agent}.hb`, events: `${folder}/${agent}.events` },
  intervalMs: Number(intervalMs),
  contract: null,
  input: process.stdin,
  output: process.stdout,
  now: Date.now,
  newId: randomUUID,
  pid: process.pid,
});
