import { parseRuntimeRule, provision, type Provisioned } from "@mosaic/fleet-personas";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { createAtomically, readIfPresent, writeAtomically } from "./files.ts";
import { openLayered } from "./library.ts";
import { seedIfNever } from "./update/seed.ts";
import { unlaunchableSeats, type Unlaunchable } from "./launch/unlaunchable.ts";

export interface ProvisionRequest {
  /** The system type: a profile's id. */
  readonly profile: string;
  /** Every seat; else only the floor. */
  readonly full: boolean;
  /** `CLASS=RUNTIME[:MODEL]`, first match wins. */
  readonly runtimes: readonly string[];
  /** Whether the seats carry `reports_to`. */
  readonly topology: boolean;
  readonly write: boolean;
  /** Replaces a roster that stands there, and keeps the old one beside it. */
  readonly force: boolean;
}

export interface ProvisionedRoster extends Provisioned {
  /** Where the roster goes, or went. */
  readonly path: string;
  /** Where the roster that stood there before is kept; null when none was replaced. */
  readonly backup: string | null;
  /** The seats that this host cannot launch, and why. */
  readonly unlaunchable: ReadonlyMap<string, Unlaunchable>;
}

const MODE = 0o644;

/**
 * A roster for a system type: printed, or written to the home.
 *
 * @throws CoreError `ROSTER_EXISTS` when a roster stands there and replacing it was not asked for; PersonasError
 * `PROFILE_UNKNOWN`, `PROFILE_INVALID`, `RUNTIME_RULE_INVALID`. Nothing is then written.
 */
export async function provisionRoster(
  context: FleetContext,
  request: ProvisionRequest,
): Promise<ProvisionedRoster> {
  const rules = request.runtimes.map(parseRuntimeRule);
  const { profiles } = await openLayered(context);
  const profile = await profiles.resolveProfile(request.profile);
  const { full, topology } = request;
  const provisioned = provision({ profile, full, runtimes: rules, topology, tenantId: context.user });
  const path = context.home.roster;
  if (request.write) await seedIfNever(context);
  const backup = request.write ? await put(context, provisioned.text, request.force) : null;
  const unlaunchable = await unlaunchableSeats(context, provisioned.roster);
  return { ...provisioned, path, backup, unlaunchable };
}

/** @returns Where the roster that stood there is kept. */
async function put(context: FleetContext, text: string, force: boolean): Promise<string | null> {
  const path = context.home.roster;
  if (await createAtomically(path, text, MODE)) return null;
  if (!force) {
    throw new CoreError({
      code: "ROSTER_EXISTS",
      message: `there is a roster at ${path} already`,
      hint: "Look at the new one without --write; --force replaces the old one and keeps it beside it.",
    });
  }
  const old = await readIfPresent(path);
  if (old === text) return null;
  const backup = old === undefined ? null : await keep(path, old, new Date(context.now()));
  await writeAtomically(path, text, MODE);
  return backup;
}

/** Never over another backup: two of one second get a number. */
async function keep(path: string, text: string, now: Date): Promise<string> {
  const dated = `${path}.${now.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
  for (let copy = 1; ; copy++) {
    const backup = copy === 1 ? dated : `${dated}-${String(copy)}`;
    if (await createAtomically(backup, text, MODE)) return backup;
  }
}
