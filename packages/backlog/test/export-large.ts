/** A program that imports cards of 20 kB into a server, exports them and prints what it saw: URL COUNT. */
import { openServerBacklog } from "../src/open.ts";
import { identity } from "./identity.ts";

const [, , url = "", count = "0"] = process.argv;
await using backlog = await openServerBacklog({ url, ...identity });
await backlog.import(
  (function* () {
    for (let n = 0; n < Number(count); n++)
      yield { id: `c${String(n)}`, title: "t", body: String(n % 10).repeat(20_000) };
  })(),
);
const seen = { card: 0, event: 0, mail: 0, spend: 0 };
for await (const { kind } of backlog.export()) seen[kind]++;
process.stdout.write(`${String(seen.card)} cards, ${String(seen.event)} events`);
