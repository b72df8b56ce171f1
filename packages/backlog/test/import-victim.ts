/**
 * A program that imports cards of 20 kB, each waiting for the one before, and prints how many are new.
 *
 *   embedded DIRECTORY COUNT   ends itself with SIGKILL in the middle: the log has reached the disk, the commit has not
 *   server URL COUNT
 */
import { randomBytes } from "node:crypto";
import { fsyncSync } from "node:fs";
import { openEmbeddedBacklog, openServerBacklog } from "../src/open.ts";
import { identity } from "./identity.ts";

const [, , store, where = "", count = "0"] = process.argv;
let importing = false;
const sync = (fd: number): void => {
  fsyncSync(fd);
  if (importing) process.kill(process.pid, "SIGKILL");
};
await using backlog =
  store === "server"
    ? await openServerBacklog({ url: where, ...identity })
    : await openEmbeddedBacklog({ dataDir: where, ...identity, sync });
// Random, so that it stays as large in the log.
const body = randomBytes(10_000).toString("hex");
importing = true;
const { cards } = await backlog.import(
  (function* () {
    for (let n = 0; n < Number(count); n++)
      yield { id: `c${String(n)}`, title: "t", body, depends_on: n === 0 ? [] : [`c${String(n - 1)}`] };
  })(),
);
process.stdout.write(String(cards));
