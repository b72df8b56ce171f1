import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { postgresServer } from "@mosaic/fleet-testkit/postgres";
import { expect, test } from "vitest";
import { parseConnection } from "../src/connection.ts";
import { serverDriver } from "../src/server-driver.ts";
import { testStore } from "./stores.ts";

test("a claim is one statement, and so is a complete, without a begin or a commit of their own", async () => {
  const server = await postgresServer({ settings: ["log_statement=all"] });
  const one = serverDriver(parseConnection(server.url(await server.database())), 1);
  await using store = await testStore(one, () => server[Symbol.asyncDispose]());
  const { backlog } = store;
  /** The first words of the statements that the server has been given. */
  const statements = async (): Promise<string[]> =>
    Array.from(
      (await readFile(join(server.folder, "log"), "utf8")).matchAll(
        / LOG: {2}(?:statement|execute [^:]*): (\w+(?: \w+)?)/g,
      ),
      ([, words = ""]) => words,
    );
  await backlog.create({ id: "A1", title: "First" });
  await backlog.create({ id: "A2", title: "Second", depends_on: ["A1"] });
  const before = (await statements()).length;
  const card = await backlog.claim({ owner: "coder", claim_token: "t", ttl_seconds: 60 });
  expect((await statements()).slice(before)).toEqual(["with picked"]);
  const { freed } = await backlog.complete({ id: "A1", fence: card?.fence ?? 0, evidence: { pr: 1 } });
  expect(freed).toEqual(["A2"]);
  expect((await statements()).slice(before)).toEqual(["with picked", "with held"]);
});
