/** What a full-screen program showed, page after page. */
export interface ScreenPages {
  /** The screen at the end of a drawing: its rows without trailing blanks. */
  draw(rows: readonly string[]): void;
  /** The rows that have left the screen since the last call, in their order. */
  take(): string[];
  /** The screen as it was drawn last. */
  page(): readonly string[];
}

/**
 * A program on the alternate screen scrolls by drawing its rows anew: nothing but a comparison of its drawings tells what
 * left the screen. A page that has nothing of the one before follows it; where that one comes back, as behind a
 * dialog, what was in between is left out.
 */
export function screenPages(): ScreenPages {
  let gone: string[] = [];
  let page: readonly string[] = [];
  /** The page before, and where it begins in `gone`. */
  let before: { readonly page: readonly string[]; readonly at: number } | undefined;
  return {
    draw(rows) {
      const scrolled = scrolledBy(page, rows);
      const back = scrolled === undefined && before ? scrolledBy(before.page, rows) : undefined;
      if (scrolled !== undefined) gone.push(...page.slice(0, scrolled));
      else if (before && back !== undefined) {
        gone = [...gone.slice(0, before.at), ...before.page.slice(0, back)];
        before = undefined;
      } else {
        before = { page, at: gone.length };
        gone.push(...page);
      }
      page = rows;
    },
    take() {
      const rows = gone;
      gone = [];
      before = undefined;
      return rows;
    },
    page: () => page,
  };
}

/** Rows that must have moved together: fewer do so by chance. */
const TOGETHER = 2;

/**
 * By how many rows `before` has moved up in `now`: 0 where it changed in place; undefined where it is another page. Each
 * row that stands once in both votes; what stands at the foot of both, as a composer does, says nothing about the rest.
 */
export function scrolledBy(before: readonly string[], now: readonly string[]): number | undefined {
  const height = Math.min(before.length, now.length);
  let foot = 0;
  while (foot < height && before.at(-1 - foot) === now.at(-1 - foot)) foot++;
  const old = before.slice(0, before.length - foot);
  const places = onceIn(now.slice(0, now.length - foot));
  const votes = new Map<number, number>();
  for (const [row, at] of onceIn(old)) {
    const place = places.get(row);
    if (place !== undefined) votes.set(at - place, (votes.get(at - place) ?? 0) + 1);
  }
  const stayed = votes.get(0) ?? 0;
  const [moved, most] = [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best), [0, stayed]);
  if (moved > 0 && most >= TOGETHER) return moved;
  const replaced = old.filter((row) => row !== "").length;
  return votes.size > 0 || 2 * replaced <= before.filter((row) => row !== "").length ? 0 : undefined;
}

/** Where the rows stand that are there once and not blank. */
function onceIn(rows: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, row] of rows.entries()) places.set(row, places.has(row) ? -1 : at);
  return new Map([...places].filter(([row, at]) => row !== "" && at >= 0));
}
