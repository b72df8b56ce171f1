import type { Library, PersonaDiff, ProvisionedRoster } from "@mosaic/fleet-core";
import type { Output } from "./output.ts";
import { table, type Column } from "./table.ts";

type ListedPersona = Awaited<ReturnType<Library["personas"]>>[number];
type ListedProfile = Awaited<ReturnType<Library["profiles"]>>[number];
type ShownProfile = Awaited<ReturnType<Library["profile"]>>;

interface Layered {
  readonly layer: string;
  readonly path: string;
  /** The baseline file that an override hides. */
  readonly hides: string | null;
  /** The code of what is wrong with the file. */
  readonly error: string | null;
}

interface PersonaRow extends Layered {
  readonly class: string;
  readonly domain: string | null;
  readonly standing: string | null;
  readonly tier: string | null;
  readonly title: string | null;
}

export function personaRow(one: ListedPersona): PersonaRow {
  const { class: name, layer, path, hides = null } = one;
  if ("error" in one) {
    const error = one.error.code;
    return { class: name, domain: null, standing: null, tier: null, title: null, layer, path, hides, error };
  }
  const { domain, standing, tier = null, title } = one.persona;
  return { class: name, domain, standing, tier, title, layer, path, hides, error: null };
}

const layerOf = ({ layer, hides }: Layered): string =>
  hides === null ? layer : `${layer} of the baseline's`;

export function personasText(out: Output, personas: readonly PersonaRow[]): string {
  const columns: Column<PersonaRow>[] = [
    { head: "CLASS", cell: (p) => p.class },
    { head: "DOMAIN", cell: (p) => p.domain ?? "-" },
    { head: "STANDING", cell: (p) => p.standing ?? "-" },
    { head: "LAYER", cell: layerOf },
    {
      head: "TITLE",
      cell: (p) => p.title ?? `broken: mosaic fleet persona validate ${p.class}`,
      paint: (p, text) => (p.error === null ? text : out.paint("red", text)),
    },
  ];
  return table(out, columns, personas);
}

interface ProfileRow extends Layered {
  readonly id: string;
  readonly title: string | null;
  readonly seats: number | null;
  readonly lead: string | null;
  readonly floor: readonly string[];
}

export function profileRow(one: ListedProfile): ProfileRow {
  const { id, layer, path, hides = null } = one;
  if ("error" in one) {
    return { id, title: null, seats: null, lead: null, floor: [], layer, path, hides, error: one.error.code };
  }
  const { title, lead, floor, roster } = one.profile;
  const seats = roster.reduce((sum, { multiplicity }) => sum + multiplicity, 0);
  return { id, title, seats, lead, floor, layer, path, hides, error: null };
}

export function profilesText(out: Output, profiles: readonly ProfileRow[]): string {
  const columns: Column<ProfileRow>[] = [
    { head: "PROFILE", cell: (p) => p.id },
    { head: "SEATS", cell: (p) => (p.seats === null ? "-" : String(p.seats)), right: true },
    { head: "FLOOR", cell: (p) => p.floor.join(", ") || "-" },
    { head: "LAYER", cell: layerOf },
    {
      head: "TITLE",
      cell: (p) => p.title ?? `broken: mosaic fleet profile validate ${p.id}`,
      paint: (p, text) => (p.error === null ? text : out.paint("red", text)),
    },
  ];
  return table(out, columns, profiles);
}

/** Title, description, org chart and notes. */
export function profileText(out: Output, { profile, layer, path, tree }: ShownProfile): string {
  const notes = profile.notes === undefined ? [] : ["", profile.notes.trim()];
  return [
    `${profile.id}  ${out.paint("bold", layer)}  ${path}`,
    "",
    `${profile.title}. ${profile.description.trim()}`,
    "",
    ...tree,
    ...notes,
  ].join("\n");
}

export function diffText(out: Output, name: string, { layer, path, lines, baseline }: PersonaDiff): string {
  if (layer === "baseline") return `${name} has no override: ${path} is in effect`;
  if (!baseline) return `${name} exists only in your layer: ${path}`;
  if (lines.length === 0) return `${path} says what the baseline says`;
  const style = { "-": "red", "+": "green", "@": "cyan" } as const;
  const painted = lines.map((line) => {
    const sign = line.slice(0, 1);
    return sign === "-" || sign === "+" || sign === "@" ? out.paint(style[sign], line) : line;
  });
  return [`--- the baseline's ${name}`, `+++ ${path}`, ...painted].join("\n");
}

type Seat = ProvisionedRoster["seats"][number];

/** The topology summary of a provisioned roster. It goes beside the answer, where colours are another stream's. */
export function seatsText(out: Output, seats: readonly Seat[]): string {
  const columns: Column<Seat>[] = [
    { head: "NAME", cell: (s) => s.name },
    { head: "CLASS", cell: (s) => s.class },
    { head: "RUNTIME", cell: (s) => (s.model === null ? s.runtime : `${s.runtime} ${s.model}`) },
    { head: "REPORTS TO", cell: (s) => s.reports_to ?? "-" },
    { head: "PERSONA", cell: (s) => s.layer },
  ];
  return table({ ...out, paint: (_, text) => text }, columns, seats);
}

interface Checked {
  readonly name: string;
  readonly path: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

export function checked(one: ListedPersona | ListedProfile): Checked {
  const name = "class" in one ? one.class : one.id;
  if (!("error" in one)) return { name, path: one.path, error: null };
  const { code, message, hint } = one.error;
  return { name, path: one.path, error: { code, message, hint } };
}

export function checkedText(count: number, broken: readonly Checked[], what: string): string {
  if (broken.length === 0) return `All ${String(count)} ${what}s are sound.`;
  return broken
    .flatMap(({ error }) => (error === null ? [] : [error.message, `  ${error.hint}`]))
    .concat(`${String(broken.length)} of ${String(count)} ${what}s broken.`)
    .join("\n");
}
