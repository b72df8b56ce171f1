import fc from "fast-check";
import { expect, test } from "vitest";
import type { Journal, Manifest } from "./manifest.ts";
import {
  journalOf,
  planSeed,
  type FoundFile,
  type Known,
  type SeedPlan,
  type ShippedFile,
} from "./seed-plan.ts";

const PATH = "fleet/roles/code.md";
const TOOL = "tools/tool.sh";

const ships = (sum: string, path = PATH): ShippedFile => ({ path, sum, executable: path === TOOL });
const stands = (sum: string | undefined, more: Partial<FoundFile> = {}): FoundFile => ({
  kind: "file",
  sum,
  empty: false,
  executable: true,
  keepAs: "kept",
  ...more,
});
const seeded = (sum: string, path = PATH): Manifest => ({
  mosaic: "1",
  files: new Map([[path, sum]]),
  deleted: new Set(),
});
const began = (o: { written?: string; removed?: true }): Journal => ({
  mosaic: "2",
  written: new Map(o.written === undefined ? [] : [[PATH, new Set([o.written])]]),
  removed: new Set(o.removed ? [PATH] : []),
});

interface Case {
  readonly ships?: ShippedFile;
  readonly found?: FoundFile;
  readonly manifest?: Manifest;
  readonly journal?: Journal;
}

const planOf = ({ ships: file, found, manifest, journal }: Case, path = PATH): SeedPlan =>
  planSeed("2", file ? [file] : [], { manifest, journal }, new Map(found ? [[path, found]] : []));

const said = (plan: SeedPlan): string =>
  plan.effects.map(({ effect, kept_as }) => `${effect}${kept_as === null ? "" : ` -> ${kept_as}`}`).join();

test.for<[string, Case, string]>([
  ["a new file is added", { ships: ships("b") }, "add"],
  ["what is as it ships is left", { ships: ships("b"), found: stands("b") }, ""],
  [
    "an unedited file is replaced",
    { ships: ships("b"), found: stands("a"), manifest: seeded("a") },
    "change",
  ],
  [
    "an edited one is kept beside",
    { ships: ships("b"), found: stands("x"), manifest: seeded("a") },
    "change -> kept",
  ],
  ["so is one that nobody knows", { ships: ships("b"), found: stands("x") }, "change -> kept"],
  ["an emptied one is not worth it", { ships: ships("b"), found: stands("0", { empty: true }) }, "change"],
  [
    "a link is the operator's",
    { ships: ships("b"), found: stands("a", { kind: "link" }), manifest: seeded("a") },
    "change -> kept",
  ],
  [
    "also one that leads nowhere",
    { ships: ships("b"), found: stands(undefined, { kind: "link" }) },
    "change -> kept",
  ],
  ["a link to what ships is left", { ships: ships("b"), found: stands("b", { kind: "link" }) }, ""],
  ["what no longer ships is removed", { found: stands("a"), manifest: seeded("a") }, "remove"],
  ["edited, it is kept beside", { found: stands("x"), manifest: seeded("a") }, "remove -> kept"],
  ["gone already, it is forgotten", { manifest: seeded("a") }, ""],
  ["a deleted one stays away", { ships: ships("b"), manifest: seeded("a") }, "absent"],
  [
    "an interrupted update's work is known",
    { ships: ships("c"), found: stands("b"), manifest: seeded("a"), journal: began({ written: "b" }) },
    "change",
  ],
  ["what it alone had is removed", { found: stands("b"), journal: began({ written: "b" }) }, "remove"],
  [
    "what it removed is no deletion of the operator's",
    { ships: ships("a"), manifest: seeded("a"), journal: began({ removed: true }) },
    "add",
  ],
])("%s", ([, given, expected]) => {
  expect(said(planOf(given))).toBe(expected);
});

test("a tool that was deleted comes back, and one that lost its mode gets it back", () => {
  const tool = ships("b", TOOL);
  expect(said(planOf({ ships: tool, manifest: seeded("a", TOOL) }, TOOL))).toBe("add");
  expect(said(planOf({ ships: tool, found: stands("b", { executable: false }) }, TOOL))).toBe("chmod");
});

test("a deleted file is remembered over further versions", () => {
  const { manifest } = planOf({ ships: ships("b"), manifest: seeded("a") });
  expect(said(planSeed("3", [ships("c")], { manifest, journal: undefined }, new Map()))).toBe("absent");
});

/** A home in memory, where a seed can be cut off after any number of effects. */
const perform = (home: Map<string, string>, plan: SeedPlan, steps: number): void => {
  for (const { effect, path, kept_as } of plan.effects.slice(0, steps)) {
    const here = home.get(path);
    if (kept_as !== null && here !== undefined) home.set(kept_as, here);
    if (effect === "remove") home.delete(path);
    const sum = plan.manifest.files.get(path);
    if ((effect === "add" || effect === "change") && sum !== undefined) home.set(path, sum);
  }
};

const look = (home: ReadonlyMap<string, string>): Map<string, FoundFile> =>
  new Map(
    [...home].map(([path, sum]) => {
      let keepAs = `${path}.operator`;
      while (home.has(keepAs) && home.get(keepAs) !== sum) keepAs += "+";
      return [path, stands(sum, { keepAs })];
    }),
  );

test("whatever is interrupted and edited in between, a finished seed ships all and loses no edit", () => {
  const path = fc.constantFrom("fleet/roles/a.md", "fleet/roles/b.md", "tools/c.sh");
  const version = fc.dictionary(path, fc.constantFrom("one", "two", "three"));
  const step = fc.oneof(
    fc.record({ ship: version, steps: fc.nat(4) }),
    fc.record({ edit: path, as: fc.constantFrom("mine", "mine too") }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), version, (steps, last) => {
      const home = new Map<string, string>();
      let known: Known = { manifest: undefined, journal: undefined };
      const edits = new Set<string>();
      const seed = (files: Record<string, string>, cutAfter: number): SeedPlan => {
        const shipped = Object.entries(files).map(([at, sum]) => ({ path: at, sum, executable: false }));
        const plan = planSeed("v", shipped, known, look(home));
        const journal = journalOf(plan, known);
        perform(home, plan, cutAfter);
        known =
          cutAfter < plan.effects.length
            ? { ...known, journal }
            : { manifest: plan.manifest, journal: undefined };
        return plan;
      };
      for (const one of steps) {
        if ("ship" in one) seed(one.ship, one.steps);
        else {
          // What the operator overwrites with another edit is theirs to lose.
          const before = home.get(one.edit);
          if (
            before?.startsWith("mine") &&
            before !== one.as &&
            ![...home].some(([at, sum]) => at !== one.edit && sum === before)
          )
            edits.delete(before);
          home.set(one.edit, one.as);
          edits.add(one.as);
        }
      }
      const plan = seed(last, Infinity);
      for (const [at, sum] of Object.entries(last)) {
        if (!plan.manifest.deleted.has(at)) expect(home.get(at)).toBe(sum);
      }
      for (const edit of edits) expect([...home.values()]).toContain(edit);
      const ours = [...home].filter(([, sum]) => !sum.startsWith("mine")).map(([at]) => at);
      expect(ours.sort()).toEqual(
        Object.keys(last)
          .filter((at) => !plan.manifest.deleted.has(at))
          .sort(),
      );
      expect(seed(last, Infinity).effects.filter(({ effect }) => effect !== "absent")).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
