/** Starts a server, prints its folder and the id of its process, and waits, or leaves it behind: `node postgres-holder.ts wait|leave`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { postgresServer } from "../src/postgres.ts";

const { folder } = await postgresServer();
const [pid] = (await readFile(join(folder, "data/postmaster.pid"), "utf8")).split("\n");
process.stdout.write(`${JSON.stringify({ folder, pid: Number(pid) })}\n`);
if (process.argv[2] === "wait") setInterval(() => undefined, 60_000);
