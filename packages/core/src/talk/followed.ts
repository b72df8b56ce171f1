/** Of several blank lines one, and none at the beginning and at the end. */
export function squeezed(lines: readonly string[]): readonly string[] {
  const kept = lines.filter((line, at) => line !== "" || (lines[at - 1] ?? "") !== "");
  return kept.at(-1) === "" ? kept.slice(0, -1) : kept;
}

export interface Followed {
  /**
   * The lines to tell now.
   *
   * @param gone - The lines that have left the screen since the last look.
   * @param screen - The screen below them.
   * @param looks - At how many looks a line of it must have been the same.
   */
  look(gone: readonly string[], screen: readonly string[], looks: number): readonly string[];
}

/**
 * Tells each line of a screen once it has come to rest: when it has left the screen, or was the same for some looks, with
 * all lines above it. What changes after that is told again; what has only moved is not.
 *
 * @param told - The lines of the screen that have been told already.
 */
export function followed(told: readonly string[]): Followed {
  let before: readonly string[] = [];
  let ages: readonly number[] = [];
  let last = told.at(-1) ?? "";
  return {
    look(gone, screen, looks) {
      const all = [...gone, ...screen];
      const now = all.map((line, at) => (line === before[at] ? (ages[at] ?? 0) + 1 : 0));
      let rest = gone.length;
      while (rest < all.length && (now[rest] ?? 0) >= looks) rest++;
      const known = inBoth(told, all);
      const fresh = all.filter((_, at) => at < rest && !known.has(at));
      told = all.filter((_, at) => at >= gone.length && (at < rest || known.has(at)));
      [before, ages] = [screen, now.slice(gone.length)];
      return fresh.filter((line) => {
        const kept = line !== "" || last !== "";
        last = line;
        return kept;
      });
    },
  };
}

/** How far behind the first difference lines are looked for: more than a screen has. */
const NEAR = 400;

/** Where the lines stand in `now` that are in both in the same order: as many as can be. */
function inBoth(before: readonly string[], now: readonly string[]): ReadonlySet<number> {
  let same = 0;
  while (same < before.length && same < now.length && before[same] === now[same]) same++;
  const [old, near] = [before.slice(same), now.slice(same, same + NEAR)];
  /** The most that agree of `old` from a row on and of `near` from a column on. */
  const most = Array.from({ length: old.length + 1 }, () => new Uint16Array(near.length + 1));
  const from = (row: number, column: number): number => most[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--)
    for (let column = near.length - 1; column >= 0; column--) {
      const agree = old[row] === near[column] ? from(row + 1, column + 1) + 1 : 0;
      most[row]?.fill(Math.max(agree, from(row + 1, column), from(row, column + 1)), column, column + 1);
    }
  const places = new Set(now.slice(0, same).keys());
  for (let row = 0, column = 0; row < old.length && column < near.length;) {
    if (old[row] === near[column] && from(row, column) === from(row + 1, column + 1) + 1) {
      places.add(same + column);
      row++;
      column++;
    } else if (from(row, column) === from(row + 1, column)) row++;
    else column++;
  }
  return places;
}
