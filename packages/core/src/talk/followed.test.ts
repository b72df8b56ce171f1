import { expect, test } from "vitest";
import { followed, squeezed } from "./followed.ts";

test("several blank lines are one, and none stands at either end", () => {
  expect(squeezed(["", "", "a", "", "", "b", "c", ""])).toEqual(["a", "", "b", "c"]);
  expect(squeezed(["", ""])).toEqual([]);
});

test("what has left the screen is told at once, what stands on it when it was the same twice", () => {
  const following = followed([]);
  expect(following.look(["a"], ["b", "c"], 1)).toEqual(["a"]);
  expect(following.look([], ["b", "c", "d"], 1)).toEqual(["b", "c"]);
  expect(following.look(["b"], ["c", "d"], 1)).toEqual(["d"]);
  expect(following.look([], ["c", "d"], 1)).toEqual([]);
});

test("what was told before is not told again, nor where it leaves the screen", () => {
  const following = followed(["a", "b"]);
  expect(following.look([], ["a", "b"], 1)).toEqual([]);
  expect(following.look(["a"], ["b", "c"], 1)).toEqual([]);
  expect(following.look(["b", "c"], ["d"], 1)).toEqual(["c"]);
});

test("a line that changes all the time holds back those below it, until it comes to rest", () => {
  const following = followed([]);
  const told = ["1s", "2s", "3s", "4s", "done"].map((busy) => following.look([], ["a", busy, "b"], 2));
  expect(told).toEqual([[], [], ["a"], [], []]);
  expect(following.look([], ["a", "done", "b"], 2)).toEqual([]);
  expect(following.look([], ["a", "done", "b"], 2)).toEqual(["done", "b"]);
});

test("a line that changes after it was told is told again; what only moved is not", () => {
  const following = followed(["a", "b", "composer"]);
  following.look([], ["a", "answer", "b", "composer"], 1);
  expect(following.look([], ["a", "answer", "b", "composer"], 1)).toEqual(["answer"]);
  expect(following.look(["a", "ANSWER", "b"], ["composer"], 1)).toEqual(["ANSWER"]);
  expect(following.look([], ["composer"], 1)).toEqual([]);
});

test("what was told and waits below a line that changes is not told again", () => {
  const following = followed(["a", "composer"]);
  for (const busy of ["1s", "2s"]) expect(following.look([], ["a", busy, "composer"], 2)).toEqual([]);
  const told = [1, 2, 3].map(() => following.look([], ["a", "done", "composer"], 2));
  expect(told).toEqual([[], [], ["done"]]);
});

test("many lines at once are told at once, and no fewer", () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => `line ${String(i)}`);
  const following = followed(["line 0", "line 1"]);
  expect(following.look(lines, [], 1)).toEqual(lines.slice(2));
});

test("of several blank lines one is told, also where they come one by one", () => {
  const following = followed(["a"]);
  const told = [["a", ""], ["", "b"], ["b"]].map((gone) => following.look(gone, [], 1));
  expect(told).toEqual([[""], ["b"], ["b"]]);
});
