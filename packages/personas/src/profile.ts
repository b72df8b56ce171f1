import { BUILT_IN_RUNTIMES } from "@mosaic/fleet-roster";
import * as z from "zod";
import { CLASS_PATTERN, CLASS_RULE } from "./class-name.ts";
import { invalidFile } from "./error.ts";
import { profileRules } from "./profile-rules.ts";
import { schemaProblems } from "./schema-problems.ts";
import { hiddenCharacters, linesOf, type LineProblem } from "./text-rules.ts";
import { readYaml, type Path } from "./yaml-places.ts";

/** More seats of one class than this are a mistake in typing. */
const MAX_MULTIPLICITY = 100;

const className = (): z.ZodString =>
  z
    .string({ error: "is not a class: expected text" })
    .regex(CLASS_PATTERN, { error: `is not a class: use ${CLASS_RULE}` });
const line = (): z.ZodString =>
  z
    .string({ error: "is not text; put it in quotes" })
    .regex(/^[^\n]*\S[^\n]*$/, { error: "is not text on one line" });

const MULTIPLICITY = `is not a number of seats; write a whole number from 1 to ${String(MAX_MULTIPLICITY)}`;

const Seat = z.strictObject(
  {
    class: className(),
    reports_to: className().exactOptional(),
    multiplicity: z
      .int({ error: MULTIPLICITY })
      .min(1, { error: MULTIPLICITY })
      .max(MAX_MULTIPLICITY, { error: MULTIPLICITY })
      .exactOptional(),
    runtime: z
      .enum(BUILT_IN_RUNTIMES, {
        error: `is not a runtime; the runtimes are ${BUILT_IN_RUNTIMES.join(", ")}`,
      })
      .exactOptional(),
    model_hint: line().exactOptional(),
  },
  { error: "is not a seat; write it as a map that begins with class:" },
);

const WrittenProfile = z.strictObject(
  {
    id: className(),
    title: line(),
    description: z.string({ error: "is not text" }).min(1, { error: "is empty; say what the system does" }),
    lead: className(),
    floor: z
      .array(className(), { error: "is not a list of classes; write [class, ...]" })
      .min(1, { error: "is empty; name the classes that are always staffed" }),
    roster: z
      .array(Seat, { error: "is not a list of seats" })
      .min(1, { error: "is empty; a system has at least one seat" }),
    notes: z.string({ error: "is not text" }).exactOptional(),
  },
  { error: 'a profile is a map that begins with "id: ..."' },
);

/** The seats of one class. */
export interface ProfileSeat {
  readonly class: string;
  /** The class it reports to; absent for the head. */
  readonly reports_to?: string;
  readonly multiplicity: number;
  readonly runtime?: (typeof BUILT_IN_RUNTIMES)[number];
  readonly model_hint?: string;
}

/** A system type. */
export interface Profile {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The class of the seat that coordinates the others. */
  readonly lead: string;
  /** The classes that are always staffed. */
  readonly floor: readonly string[];
  readonly roster: readonly ProfileSeat[];
  readonly notes?: string;
}

/** What a file says, and the line of what it says. */
export interface ReadProfile {
  /** Absent when there are problems. */
  readonly profile?: Profile;
  readonly problems: readonly LineProblem[];
  /** Every class that the roster names, with its line, also of a profile with problems. */
  readonly classes: readonly { readonly class: string; readonly line: number }[];
}

const knownKeys = (path: Path): readonly string[] =>
  path.length === 0 ? Object.keys(WrittenProfile.shape) : Object.keys(Seat.shape);

/** Reads a profile with every problem that shows without its personas. */
export function readProfile(text: string, expectedId: string): ReadProfile {
  const lines = linesOf(text);
  const yaml = readYaml(lines.join("\n"));
  const problems = [...hiddenCharacters(lines), ...yaml.problems];
  if (yaml.problems.length > 0) return { problems, classes: [] };
  const parsed = WrittenProfile.safeParse(yaml.value);
  if (!parsed.success) problems.push(...schemaProblems(parsed.error, yaml, knownKeys));
  const rules = profileRules(yaml, expectedId);
  problems.push(...rules.problems);
  const { classes } = rules;
  if (problems.length > 0 || !parsed.success) return { problems, classes };
  const roster = parsed.data.roster.map((seat) => ({ ...seat, multiplicity: seat.multiplicity ?? 1 }));
  return { profile: { ...parsed.data, roster }, problems, classes };
}

/**
 * Parses a system type; whether its classes have personas is another question.
 *
 * @param file - Names the profile in messages: its path.
 * @param expectedId - The stem of the file's name, which is the profile's id.
 * @throws PersonasError `PROFILE_INVALID` with every problem of the text at once.
 */
export function parseProfile(text: string, file: string, expectedId: string): Profile {
  const { profile, problems } = readProfile(text, expectedId);
  if (profile) return profile;
  throw invalidFile(
    "PROFILE_INVALID",
    problems.map((problem) => ({ file, ...problem })),
  );
}
