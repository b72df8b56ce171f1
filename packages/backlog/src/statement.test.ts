import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { remembered } from "./statement.ts";

interface Wanted {
  readonly owner: string;
  readonly phase?: string | undefined;
}

const counted = (): { readonly wanting: (values: Wanted) => unknown; readonly texts: () => number } => {
  let texts = 0;
  const wanting = remembered<Wanted>(({ owner, phase }) => {
    texts++;
    return sql`take ${phase === undefined ? sql`all` : sql`of ${phase}`} up to ${3} for ${owner}`;
  });
  return { wanting, texts: () => texts };
};

test("a text is built once for each set of fields, and gets the values of each call", () => {
  const { wanting, texts } = counted();
  expect(wanting({ owner: "a" })).toEqual({ sql: "take all up to $1 for $2", params: [3, "a"] });
  expect(wanting({ owner: "b" })).toEqual({ sql: "take all up to $1 for $2", params: [3, "b"] });
  const inPhase = { sql: "take of $1 up to $2 for $3", params: ["p", 3, "c"] };
  expect(wanting({ owner: "c", phase: "p" })).toEqual(inPhase);
  expect(texts()).toBe(2);
});

test("a field that is undefined is not given", () => {
  const { wanting, texts } = counted();
  wanting({ owner: "a" });
  expect(wanting({ owner: "b", phase: undefined })).toMatchObject({ params: [3, "b"] });
  expect(texts()).toBe(1);
});
