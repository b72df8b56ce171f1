/** A program that says on a socket what a store service says first, and nothing more: SOCKET. */
import { createServer } from "node:net";
import { STORE_PROTOCOL, toLine } from "../src/store-protocol.ts";

const [, , socket = ""] = process.argv;
const hello = { protocol: STORE_PROTOCOL, version: "1.0.0", pid: process.pid, started_at: 0, data_dir: "" };
createServer((client) => {
  client.write(toLine(hello));
}).listen(socket, () => {
  process.stdout.write("listening\n");
});
