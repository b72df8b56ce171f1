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
 * all lines above it. One that changes after that is told again, with what stands below it.
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
      let known = 0;
      while (known < rest && known < told.length && all[known] === told[known]) known++;
      const fresh = all.slice(known, rest);
      told = (known === rest ? told : all.slice(0, rest)).slice(gone.length);
      [before, ages] = [screen, now.slice(gone.length)];
      return fresh.filter((line) => {
        const kept = line !== "" || last !== "";
        last = line;
        return kept;
      });
    },
  };
}
