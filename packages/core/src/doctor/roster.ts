import { stat } from "node:fs/promises";
import { isFleetError } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";
import { expandHome, livesElsewhere } from "../launch/launch.ts";
import { openLayered } from "../library.ts";

interface Trouble {
  readonly message: string;
  readonly mend: string;
}

/** By class. `missing`: there is none of that name. */
type PersonaTroubles = ReadonlyMap<string, Trouble & { readonly missing: boolean }>;

/** What stands against the launch of the seats. */
type RosterFacts =
  | { readonly path: string; readonly broken: Trouble & { readonly code: string } }
  | {
      readonly path: string;
      readonly seats: number;
      /** Working directories that are not there, with the seats that have them. */
      readonly missing: ReadonlyMap<string, readonly string[]>;
      readonly personas: PersonaTroubles;
    };

const CODES = { ROSTER_MISSING: "ROSTER_MISSING", READ_FAILED: "ROSTER_UNREADABLE" } as const;

export function judgeRoster(facts: RosterFacts): Finding[] {
  if ("broken" in facts) {
    const { code, message, mend } = facts.broken;
    const known = code === "ROSTER_MISSING" || code === "READ_FAILED" ? CODES[code] : "ROSTER_INVALID";
    return [finding(known, facts.path, message, { mend })];
  }
  return [
    ...[...facts.missing].map(([folder, seats]) =>
      finding("WORKDIR_MISSING", folder, `the working directory of ${seats.join(", ")} is not there`, {
        mend: `Make it with mkdir -p ${folder}, or set working_directory in the roster.`,
      }),
    ),
    ...[...facts.personas].map(([name, { missing, message, mend }]) =>
      finding(missing ? "PERSONA_MISSING" : "PERSONA_BROKEN", name, message, { mend }),
    ),
  ];
}

const grouped = (entries: Iterable<readonly [string, string]>): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...Map.groupBy(entries, ([reason]) => reason)].map(([reason, of]) => [
      reason,
      of.map(([, seat]) => seat),
    ]),
  );

async function lookAtRoster({ context, roster: read }: Evidence): Promise<RosterFacts> {
  const path = context.home.roster;
  let roster: Roster;
  try {
    roster = await read();
  } catch (error) {
    if (!isFleetError(error)) throw error;
    return { path, broken: { code: error.code, message: error.message, mend: error.hint } };
  }
  const here = roster.agents.filter((seat) => livesElsewhere(seat, context.host) === undefined);
  const cwds = here.map(
    (seat) => [expandHome(seat.working_directory, context.userHome), seat.name as string] as const,
  );
  const lost = await Promise.all(
    [...new Set(cwds.map(([folder]) => folder))].map(async (folder) =>
      (await stat(folder).catch(() => undefined))?.isDirectory() === true ? [] : [folder],
    ),
  );
  const gone = new Set(lost.flat());
  return {
    path,
    seats: roster.agents.length,
    missing: grouped(cwds.filter(([folder]) => gone.has(folder))),
    personas: await personaTroubles(context, new Set(here.map((seat) => seat.class))),
  };
}

/** The class of a seat that names none: it has no persona on purpose. */
const NO_ROLE = "worker";

async function personaTroubles(
  context: Evidence["context"],
  classes: ReadonlySet<string>,
): Promise<PersonaTroubles> {
  const { personas } = await openLayered(context);
  const found = [...classes].map(async (name) => {
    try {
      await personas.resolvePersona(name);
      return [];
    } catch (error) {
      if (!isFleetError(error)) throw error;
      const missing = error.code === "PERSONA_UNKNOWN";
      if (missing && name === NO_ROLE) return [];
      return [[name, { missing, message: error.message, mend: error.hint }] as const];
    }
  });
  return new Map((await Promise.all(found)).flat());
}

export const rosterCheck = check({
  name: "roster",
  title: "Roster",
  look: lookAtRoster,
  judge: judgeRoster,
  sum: (facts) =>
    "broken" in facts ? "none that can be used" : `${String(facts.seats)} seats in ${facts.path}`,
});
