/**
 * The store service of the embedded store, as mosaic starts it, with a clock that can be moved: PGlite asks `Date.now`.
 *
 *   DIRECTORY TEMPORARY CLOCK   CLOCK is a file with the milliseconds that the clock is ahead
 */
import { readFileSync } from "node:fs";
import { openEmbeddedBacklog } from "../src/open.ts";
import { storePlace } from "../src/store-place.ts";
import { serveStore } from "../src/store-service.ts";
import { identity } from "./identity.ts";

const LOOK_MS = 50;
const [, , dataDir = "", temporary = "", clock = ""] = process.argv;

const now = Date.now.bind(Date);
const read = (): number => Number(readFileSync(clock, "utf8"));
let ahead = read();
setInterval(() => {
  ahead = read();
}, LOOK_MS).unref();
Date.now = () => now() + ahead;

// Whoever started it may have been killed meanwhile.
process.stdout.on("error", () => undefined);

await serveStore({
  place: storePlace(dataDir, temporary),
  version: "1.0.0",
  idleMs: 30_000,
  open: () => openEmbeddedBacklog({ dataDir, ...identity }),
  report: (report) => void process.stdout.write(`${JSON.stringify(report)}\n`),
  now,
  signal: new AbortController().signal,
});
