import fc from "fast-check";
import { expect, test } from "vitest";
import { findCircle } from "./circle.ts";

const edges = (...pairs: [string, string][]): { from: string; to: string }[] =>
  pairs.map(([from, to]) => ({ from, to }));

test("a circle is named from its first card to its first card", () => {
  expect(findCircle(edges(["x", "a"], ["a", "b"], ["b", "c"], ["c", "a"], ["c", "y"]))).toEqual(
    expect.toSatisfy(
      (circle: string[]) => [...circle.slice(1)].sort().join() === "a,b,c" && circle[0] === circle[3],
    ),
  );
  expect(findCircle(edges(["a", "a"]))).toEqual(["a", "a"]);
});

test("edges that all lead to lower numbers hold no circle, and one that leads back makes one", () => {
  const pair = fc.tuple(fc.nat(30), fc.nat(30)).filter(([a, b]) => a !== b);
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
      const down = pairs.map(([a, b]) => ({ from: String(Math.max(a, b)), to: String(Math.min(a, b)) }));
      expect(findCircle(down)).toBeUndefined();
      const [first] = down;
      if (first !== undefined)
        expect(findCircle([...down, { from: first.to, to: first.from }])).toBeDefined();
    }),
  );
});
