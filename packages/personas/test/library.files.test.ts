import { readFile } from "node:fs/promises";
import { libraryIndex, openPersonas } from "@mosaic/fleet-personas";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { FRAMEWORK } from "./library-folders.ts";
import { shingles, similarity } from "./similarity.ts";

const personas = openPersonas({ baseline: `${FRAMEWORK}/roles`, override: `${FRAMEWORK}/no-override` });
const library = (await personas.list()).map((one) => {
  if ("error" in one) throw one.error;
  return one;
});
const classes = library.map((one) => one.class);

interface Facts {
  readonly class: string;
  readonly tier?: string;
  readonly standing: string;
  readonly leaves_to: readonly string[];
}
// A fixture of this shape.
const facts = parse(await readFile(`${import.meta.dirname}/fixtures/library-facts.yaml`, "utf8")) as Readonly<
  Record<string, readonly Facts[]>
>;
const factsOf = Object.entries(facts).flatMap(([domain, all]) => all.map((one) => ({ ...one, domain })));

/** Of two contracts at most this share of five-word runs is the same. The nearest two of the library have 0.008. */
const MOST_ALIKE = 0.03;

/** The nearest pair whose similarity is above the bound. */
function nearCopies(texts: ReadonlyMap<string, string>): string[] {
  const cut = [...texts].map(([name, text]) => [name, shingles(text)] as const);
  return cut.flatMap(([a, left], index) =>
    cut.slice(index + 1).flatMap(([b, right]) => {
      const alike = similarity(left, right);
      return alike > MOST_ALIKE ? [`${a} and ${b}: ${alike.toFixed(3)}`] : [];
    }),
  );
}

/** What may stand in a contract; the command tree has a test of its own. */
const COMMANDS = [
  "mosaic agent send",
  "mosaic agent tail",
  "mosaic agent watch",
  "mosaic agent attach",
  "mosaic agent reset",
  "mosaic fleet ps",
  "mosaic fleet status",
  "mosaic fleet verify",
  "mosaic fleet explain",
  "mosaic fleet comms-block",
  "mosaic fleet persona show",
  "mosaic fleet profile show",
  "mosaic fleet plan",
  "mosaic fleet apply",
  "mosaic fleet start",
  "mosaic fleet stop",
  "mosaic fleet restart",
];

const section = (name: string, title: string): string =>
  library.find((one) => one.class === name)?.persona.sections.find((part) => part.title === title)?.text ??
  "";

test("the library has 53 personas in ten domains, those of the facts", () => {
  expect(Object.keys(facts)).toHaveLength(10);
  expect(factsOf).toHaveLength(53);
  expect(classes).toEqual(factsOf.map((one) => one.class).sort());
});

test.for(factsOf)(
  "$class agrees with its facts, and its boundaries name every class it leaves work to",
  (fact) => {
    const persona = library.find((one) => one.class === fact.class)?.persona;
    expect({ domain: persona?.domain, standing: persona?.standing, tier: persona?.tier }).toEqual({
      domain: fact.domain,
      standing: fact.standing,
      tier: fact.tier,
    });
    const boundaries = section(fact.class, "Boundaries");
    expect(fact.leaves_to.filter((name) => !boundaries.includes(`\`${name}\``))).toEqual([]);
  },
);

test.for(classes)("%s has the whole frame, in order and in 40 to 80 lines", (name) => {
  const found = library.find((one) => one.class === name);
  expect(found?.persona.sections.map(({ title }) => title)).toEqual([
    "Mandate",
    "Boundaries",
    "How you work",
    "Handover and escalation",
    "Commands",
    "Done",
    "Persona",
  ]);
  const lines = found?.text.trimEnd().split("\n").length ?? 0;
  expect(lines).toBeGreaterThanOrEqual(40);
  expect(lines).toBeLessThanOrEqual(80);
});

test.for(classes)(
  "every boundary of %s names a class that exists, and at least one other does what it leaves",
  (name) => {
    const words = [...section(name, "Boundaries").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
    const named = words.filter((word) => !/[ /.]/.test(word));
    expect(named.filter((word) => !classes.includes(word))).toEqual([]);
    expect(named.filter((word) => word !== name).length).toBeGreaterThan(0);
  },
);

test.for(classes)("%s hands over to classes that exist", (name) => {
  const words = [...section(name, "Handover and escalation").matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(
    ([, word = ""]) => word,
  );
  expect(words.filter((word) => !classes.includes(word))).toEqual([]);
});

test.for(classes)("%s names only commands of the list", (name) => {
  const text = library.find((one) => one.class === name)?.text ?? "";
  const named = [...text.matchAll(/`(mosaic [^`]*)`/g)].map(([, command = ""]) =>
    command.replace(/\s+/g, " "),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(
    named.filter(
      (command) => !COMMANDS.some((known) => command === known || command.startsWith(`${known} `)),
    ),
  ).toEqual([]);
});

test("no contract is a near-copy of another", () => {
  expect(nearCopies(new Map(library.map((one) => [one.class, one.persona.body])))).toEqual([]);
});

test("a contract that takes a fifth of its lines from another is a near-copy", () => {
  const body = (name: string): string => library.find((one) => one.class === name)?.persona.body ?? "";
  const copy = [...body("code").split("\n").slice(0, 14), ...body("ceo").split("\n").slice(14)].join("\n");
  expect(nearCopies(new Map([["code", body("code")]]).set("copy", copy))).toHaveLength(1);
});

test("LIBRARY.md has one row per persona", () => {
  const index = libraryIndex(library.map(({ persona }) => persona));
  expect(classes.filter((name) => !index.includes(`| [${name}](${name}.md) |`))).toEqual([]);
});
