/**
 * The lines of `now` that were not in `before`: what stands between the head and the foot that both share. A program
 * that redraws its composer at the foot does not repeat it.
 */
export function newLines(before: readonly string[], now: readonly string[]): string[] {
  const shift = overlap(before, now);
  const rest = now.slice(shift.now);
  const old = before.slice(shift.before);
  let foot = 0;
  while (
    foot < rest.length &&
    foot < old.length &&
    rest[rest.length - 1 - foot] === old[old.length - 1 - foot]
  )
    foot++;
  return rest.slice(0, rest.length - foot);
}

/** Where the two begin to differ, after the window has moved on by some lines. */
function overlap(before: readonly string[], now: readonly string[]): { before: number; now: number } {
  for (let moved = 0; moved < before.length; moved++) {
    let same = 0;
    while (moved + same < before.length && same < now.length && before[moved + same] === now[same]) same++;
    // Two lines of agreement are a place; fewer happen by chance.
    if (same >= 2 || moved + same === before.length) return { before: moved + same, now: same };
  }
  return { before: before.length, now: 0 };
}
