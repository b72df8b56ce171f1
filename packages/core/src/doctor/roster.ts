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

/** What stands against the launch of the seats. */
type RosterFacts =
  | { readonly path: string; readonly broken: Trouble & { readonly code: string } }
  | {
      readonly path: string;
      readonly seats: number;
      /** Working directories that are not there, with the seats that have them. */
      readonly missing: ReadonlyMap<string, readonly string[]>;
      /** By class. */
      readonly personas: ReadonlyMap<string, Trouble>;
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
    ...[...facts.personas].map(([name, { message, mend }]) =>
      finding("PERSONA_BROKEN", name, message, { mend }),
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
    personas: await brokenPersonas(context, new Set(here.map((seat) => seat.class))),
  };
}

/** A class without a persona is none that is broken. */
async function brokenPersonas(
  context: Evidence["context"],
  classes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Trouble>> {
  const { personas } = await openLayered(context);
  const broken = [...classes].map(async (name): Promise<[string, Trouble][]> => {
    try {
      await personas.resolvePersona(name);
      return [];
    } catch (error) {
      if (!isFleetError(error)) throw error;
      if (error.code === "PERSONA_UNKNOWN") return [];
      return [[name, { message: error.message, mend: error.hint }]];
    }
  });
  return new Map((await Promise.all(broken)).flat());
}

export const rosterCheck = check({
  name: "roster",
  title: "Roster",
  look: lookAtRoster,
  judge: judgeRoster,
  sum: (facts) =>
    "broken" in facts ? "none that can be used" : `${String(facts.seats)} seats in ${facts.path}`,
});
