import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./schema.ts";
import type { Driver } from "./session.ts";

test("a server that is too old is refused before anything is written", async () => {
  const server = (version: number): Driver => ({
    store: "server",
    // The one row that is asked for.
    query: async <Row>() => [{ version, migrated: false } as Row],
    script: () => Promise.reject(new Error("written")),
    transaction: () => Promise.reject(new Error("written")),
    [Symbol.asyncDispose]: async () => {},
  });
  await expect(migrate(server(140_012))).rejects.toMatchObject({
    code: "BACKLOG_STORE_TOO_OLD",
    message: expect.stringContaining("version 14"),
  });
  await expect(migrate(server(150_000))).rejects.toThrow("written");
});

test("the steps of the schema are numbered from 1 without gaps", () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
});
