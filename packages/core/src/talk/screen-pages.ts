/** What a full-screen program showed, page after page. */
export interface ScreenPages {
  /** The screen at the end of a drawing: its rows without trailing blanks. */
  draw(rows: readonly string[]): void;
  /** The rows that have left the screen since the last call, in their order. */
  take(): string[];
  /** The screen as it was drawn last, to before the row `until`, without rows that have been told. */
  page(until?: number): readonly string[];
}

/** How many rows that have left the screen are remembered: as many as a screen may bring back. */
const REMEMBERED = 200;

/**
 * A program on the alternate screen scrolls by drawing its rows anew: nothing but a comparison of its drawings tells what
 * left the screen. Rows that come back, as when a composer gets smaller again, are not told twice. A page that has
 * nothing of the one before follows it; where that one comes back, as behind a dialog, what was in between is left out.
 */
export function screenPages(): ScreenPages {
  let gone: string[] = [];
  /** The last rows that left, also those that were taken. */
  let past: readonly string[] = [];
  let page: readonly string[] = [];
  /** How many rows at the head of the page have left the screen before, and came back. */
  let again = 0;
  let before: { readonly page: readonly string[]; readonly again: number; readonly at: number } | undefined;

  const leave = (rows: number): void => {
    const left = page.slice(again, Math.max(again, rows));
    gone.push(...left);
    past = [...past, ...left].slice(-REMEMBERED);
    again = Math.max(0, again - rows);
  };
  const wereHere = (rows: readonly string[]): boolean => {
    const end = past.length - again;
    const from = end - rows.length;
    return from >= 0 && rows.every((row, at) => row === past[from + at]);
  };
  return {
    draw(rows) {
      const moved = movedBy(page, rows);
      const back = moved === undefined && before ? movedBy(before.page, rows) : undefined;
      if (moved !== undefined && moved >= 0) leave(moved);
      else if (moved !== undefined) again += wereHere(rows.slice(0, -moved)) ? -moved : 0;
      else if (before && back !== undefined && back >= 0) {
        gone = gone.slice(0, before.at);
        ({ page, again } = before);
        before = undefined;
        leave(back);
      } else {
        before = { page, again, at: gone.length };
        leave(page.length);
      }
      page = rows;
    },
    take() {
      const rows = gone;
      gone = [];
      before = undefined;
      return rows;
    },
    page: (until) => page.slice(again, until),
  };
}

/** Rows that must have moved together: fewer do so by chance. */
const TOGETHER = 2;

/**
 * By how many rows `before` has moved up in `now`, negative for down: 0 where it changed in place; undefined where it is
 * another page. Each row that stands once in both votes; what stands at the foot of both, as a composer does, says
 * nothing about the rest.
 */
export function movedBy(before: readonly string[], now: readonly string[]): number | undefined {
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
  if (moved !== 0 && most >= TOGETHER) return moved;
  const replaced = old.filter((row) => row !== "").length;
  return votes.size > 0 || 2 * replaced <= before.filter((row) => row !== "").length ? 0 : undefined;
}

/** Where the rows stand that are there once and not blank. */
function onceIn(rows: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, row] of rows.entries()) places.set(row, places.has(row) ? -1 : at);
  return new Map([...places].filter(([row, at]) => row !== "" && at >= 0));
}
