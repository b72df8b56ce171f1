import { quote } from "./quote.ts";
import { seatNames } from "./seat-names.ts";
import { suggest } from "./suggest.ts";
import type { LineProblem } from "./text-rules.ts";
import type { Path, YamlPlaces } from "./yaml-places.ts";

/** A seat as far as it could be read: the schema reports what is missing of it. */
interface LooseSeat {
  readonly class: string;
  readonly reportsTo: string | undefined;
  readonly multiplicity: number;
  readonly path: Path;
}

type Fields = Readonly<Record<string, unknown>>;

// Every value of it is looked at before it is used.
const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function looseSeats(roster: unknown): LooseSeat[] {
  return list(roster).flatMap((value, index) => {
    const seat = fields(value);
    const name = text(seat.class);
    if (name === undefined) return [];
    const count = seat.multiplicity;
    const multiplicity = typeof count === "number" && count >= 1 && count <= 100 ? Math.floor(count) : 1;
    return [{ class: name, reportsTo: text(seat.reports_to), multiplicity, path: ["roster", index] }];
  });
}

function duplicateSeats(seats: readonly LooseSeat[], yaml: YamlPlaces): LineProblem[] {
  return seats.flatMap((seat, index) => {
    const first = seats.findIndex((other) => other.class === seat.class);
    const earlier = seats[first];
    if (first === index || !earlier) return [];
    const message = `the class ${quote(seat.class)} has a seat on line ${String(yaml.lineOf(earlier.path))} already; give that one a multiplicity`;
    return [{ line: yaml.lineOf([...seat.path, "class"]), message }];
  });
}

/** `code` twice makes `code0`, which a class called `code0` makes too. */
function clashingNames(seats: readonly LooseSeat[], yaml: YamlPlaces): LineProblem[] {
  const taken = new Map<string, string>();
  return seats.flatMap((seat) =>
    seatNames(seat).flatMap((name) => {
      const owner = taken.get(name);
      taken.set(name, owner ?? seat.class);
      if (owner === undefined || owner === seat.class) return [];
      const message = `the classes ${quote(owner)} and ${quote(seat.class)} both make an agent ${quote(name)}; rename one of them`;
      return [{ line: yaml.lineOf([...seat.path, "class"]), message }];
    }),
  );
}

/** One problem per circle, at its first seat. */
function circles(seats: readonly LooseSeat[], yaml: YamlPlaces): LineProblem[] {
  const above = new Map(seats.map((seat) => [seat.class, seat.reportsTo]));
  const settled = new Set<string>();
  return seats.flatMap((seat) => {
    const chain: string[] = [];
    let at: string | undefined = seat.class;
    while (at !== undefined && above.has(at) && !settled.has(at) && !chain.includes(at)) {
      chain.push(at);
      at = above.get(at);
    }
    for (const name of chain) settled.add(name);
    if (at === undefined || !chain.includes(at)) return [];
    const circle = [...chain.slice(chain.indexOf(at)), at];
    const message = `reports_to runs in a circle: ${circle.join(" -> ")}; let one of them report to somebody outside it, or to nobody`;
    const first = seats.find(({ class: name }) => circle.includes(name)) ?? seat;
    return [{ line: yaml.lineOf([...first.path, "reports_to"]), message }];
  });
}

/** What no single value of a profile can tell. Works on what could be read, so that every problem shows at once. */
export function profileRules(
  yaml: YamlPlaces,
  expectedId: string,
): { problems: LineProblem[]; classes: { class: string; line: number }[] } {
  const profile = fields(yaml.value);
  const seats = looseSeats(profile.roster);
  const classes = [...new Set(seats.map((seat) => seat.class))];
  const problems: LineProblem[] = [];
  const mustSit = (name: string | undefined, path: Path, what: string): void => {
    if (name === undefined || classes.includes(name)) return;
    const message = `${what} ${quote(name)} is not in the roster; ${suggest(name, classes, "classes of the roster")}`;
    problems.push({ line: yaml.lineOf(path), message });
  };
  const id = text(profile.id);
  if (id !== undefined && id !== expectedId) {
    const message = `the id is ${quote(id)} and the file is called ${quote(`${expectedId}.yaml`)}; make them equal`;
    problems.push({ line: yaml.lineOf(["id"]), message });
  }
  mustSit(text(profile.lead), ["lead"], "the lead");
  const floor = list(profile.floor).map(text);
  for (const [index, name] of floor.entries()) {
    mustSit(name, ["floor", index], "the floor class");
    if (name !== undefined && floor.indexOf(name) < index) {
      problems.push({
        line: yaml.lineOf(["floor", index]),
        message: `the floor names ${quote(name)} twice; keep one`,
      });
    }
  }
  for (const seat of seats) mustSit(seat.reportsTo, [...seat.path, "reports_to"], "reports_to");
  problems.push(...duplicateSeats(seats, yaml), ...clashingNames(seats, yaml), ...circles(seats, yaml));
  const lines = seats.map((seat) => ({ class: seat.class, line: yaml.lineOf([...seat.path, "class"]) }));
  return { problems, classes: lines };
}
