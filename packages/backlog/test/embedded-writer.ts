/** A program that creates cards and prints the id of each one that was acknowledged, until it is killed. */
import { openEmbeddedBacklog } from "../src/open.ts";

const [, , dataDir = ""] = process.argv;
const backlog = await openEmbeddedBacklog({ dataDir, tenantId: "ada", host: "h1" });
for (let n = 0; ; n++) {
  const { card } = await backlog.create({ id: `c${String(n)}`, title: "t" });
  process.stdout.write(`${card.id}\n`);
}
