import { parseRoster, serializeRoster, type Roster, type WrittenAgent } from "@mosaic/fleet-roster";
import type { LayerName } from "./layers.ts";
import type { ResolvedProfile } from "./profile-layers.ts";
import type { Profile, ProfileSeat } from "./profile.ts";
import { ANY_CLASS, invalidRule, runtimeOf, type BuiltInRuntime, type RuntimeRule } from "./runtime-rule.ts";
import { seatNames } from "./seat-names.ts";
import { suggest } from "./suggest.ts";

/** What clears the context of a runtime. */
const RESET_COMMANDS: Readonly<Record<BuiltInRuntime, string>> = {
  claude: "/clear",
  codex: "/new",
  pi: "/new",
  opencode: "/new",
  canary: "/clear",
};

const SCAFFOLD = {
  version: 1,
  transport: "tmux",
  tmux: { socket_name: "mosaic-fleet", holder_session: "_holder" },
  defaults: { working_directory: "~" },
} as const;

export interface ProvisionOptions {
  readonly profile: ResolvedProfile;
  /** Every seat; else only the floor. */
  readonly full: boolean;
  /** First match wins. */
  readonly runtimes: readonly RuntimeRule[];
  /** Whether the seats carry `reports_to`. */
  readonly topology: boolean;
  /** The OS user, for the check of the result; it is not written. */
  readonly tenantId: string;
}

/** One row of the topology summary. */
export interface ProvisionedSeat {
  readonly name: string;
  readonly class: string;
  readonly runtime: string;
  readonly model: string | null;
  /** The nearest superior that is staffed too. */
  readonly reports_to: string | null;
  /** The layer of the seat's persona. */
  readonly layer: LayerName;
}

export interface Provisioned {
  /** `roster.yaml`, byte for byte as it is printed and written. */
  readonly text: string;
  /** The same, as the roster parser reads it. */
  readonly roster: Roster;
  readonly seats: readonly ProvisionedSeat[];
}

/** A rule that names no class of the profile would change nothing, silently. */
function checkRules({ profile }: ResolvedProfile, rules: readonly RuntimeRule[]): void {
  const classes = profile.roster.map((seat) => seat.class);
  for (const { class: name, runtime, model_hint } of rules) {
    if (name === ANY_CLASS || classes.includes(name)) continue;
    const rule = `${name}=${runtime}${model_hint === undefined ? "" : `:${model_hint}`}`;
    throw invalidRule(rule, `${profile.id} has no seat of that class; ${suggest(name, classes, "classes")}`);
  }
}

/** The nearest class above `seat` that is staffed: nothing reports to a seat that does not exist. */
function superior(profile: Profile, staffed: readonly ProfileSeat[], seat: ProfileSeat): string | undefined {
  const seatOf = (name: string | undefined): ProfileSeat | undefined =>
    profile.roster.find((one) => one.class === name);
  let above = seatOf(seat.reports_to);
  while (above && !staffed.includes(above)) above = seatOf(above.reports_to);
  return above?.class;
}

function flagsOf(
  profile: Profile,
  seat: ProfileSeat,
): Pick<WrittenAgent, "persistent_persona" | "reset_between_tasks"> {
  const stays = seat.class === profile.lead || profile.floor.includes(seat.class);
  return stays ? { persistent_persona: true } : { reset_between_tasks: true };
}

function heading({ id, title }: Profile, full: boolean, seats: number): string {
  const what = full ? "every seat" : "the floor";
  return [
    `# ${title}: ${what} of the system type ${id}, ${String(seats)} ${seats === 1 ? "agent" : "agents"}.`,
    "# Every key: docs/reference/roster.md. The roster is yours to edit; mosaic fleet plan shows what a change does.",
    "",
  ].join("\n");
}

/**
 * A roster for a system type. The same options give the same bytes.
 *
 * @throws PersonasError `RUNTIME_RULE_INVALID` for a rule whose class the profile does not have; RosterError when the
 * result is no roster, as when a model hint spans lines.
 */
export function provision({
  profile: resolved,
  full,
  runtimes,
  topology,
  tenantId,
}: ProvisionOptions): Provisioned {
  const { profile, personas } = resolved;
  checkRules(resolved, runtimes);
  const staffed = profile.roster.filter((seat) => full || profile.floor.includes(seat.class));
  const seats = staffed.flatMap((seat) => {
    const choice = runtimeOf(seat, runtimes);
    const above = superior(profile, staffed, seat);
    return seatNames(seat).map((name) => ({ name, seat, choice, above }));
  });
  const agents = seats.map(({ name, seat, choice, above }): WrittenAgent => {
    const { runtime, model_hint } = choice;
    return {
      name,
      runtime,
      class: seat.class,
      ...(model_hint === undefined ? {} : { model_hint }),
      ...flagsOf(profile, seat),
      ...(topology && above !== undefined ? { reports_to: above } : {}),
    };
  });
  const used = Object.entries(RESET_COMMANDS)
    .filter(([runtime]) => agents.some((agent) => agent.runtime === runtime))
    .map(([runtime, reset_command]) => [runtime, { reset_command }]);
  // Entries of a record of runtimes are a record of runtimes.
  const declared = Object.fromEntries(used) as Record<string, { reset_command: string }>;
  const text =
    heading(profile, full, agents.length) + serializeRoster({ ...SCAFFOLD, runtimes: declared, agents });
  return {
    text,
    roster: parseRoster(text, `the roster of ${profile.id}`, { tenantId }),
    seats: seats.map(({ name, seat, choice, above }) => ({
      name,
      class: seat.class,
      runtime: choice.runtime,
      model: choice.model_hint ?? null,
      reports_to: above ?? null,
      layer: personas.get(seat.class)?.layer ?? "baseline",
    })),
  };
}
