import { HOLDER_UNIT, parseUnits, showUnits } from "@mosaic/fleet-commands/systemd";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import type { ManagerKind } from "./manager.ts";
import { readPanes } from "../panes.ts";
import { isUp } from "./unit-facts.ts";
import { defaultHome, requireOwn, unitsOwner } from "./units.ts";
import { askUserManager, systemctl } from "./user-manager.ts";

/** Which manager a fleet has, and why that one. */
export interface ChosenManager {
  readonly kind: ManagerKind;
  /** As a clause that follows "because". */
  readonly why: string;
}

/** What decides; each is asked for once. */
export interface ManagerFactsOfFleet {
  /** Why the user's service manager is of no use; undefined when it is. */
  readonly silent: string | undefined;
  /** Whether the tmux server runs in its unit. */
  readonly held: boolean;
  /** Whether sessions of this home run on a server outside that unit. */
  readonly runsOutside: boolean;
  readonly installed: boolean;
  /** The other home that the installed units belong to. */
  readonly otherHome: string | undefined;
  /** Whether the home is the one that a user has without choosing one. */
  readonly defaultHome: boolean;
}

/**
 * What runs decides; then what is installed; then, for the default home, what answers. A home made for a moment installs no
 * units by itself. Pure.
 *
 * @throws CoreError `MANAGER_CONFLICT`, `MANAGER_UNAVAILABLE`.
 */
export function decideManager(facts: ManagerFactsOfFleet, wanted: ManagerKind | undefined): ChosenManager {
  const running: ChosenManager | undefined = facts.held
    ? { kind: "systemd", why: `the tmux server runs in ${HOLDER_UNIT}` }
    : facts.runsOutside
      ? {
          kind: "direct",
          why:
            facts.silent ??
            (facts.installed
              ? "the fleet runs outside of systemd; mosaic fleet down, then apply, moves it there"
              : "the fleet runs outside of systemd, where it was started"),
        }
      : undefined;
  if (running && wanted !== undefined && running.kind !== wanted) {
    throw new CoreError({
      code: "MANAGER_CONFLICT",
      message: `this fleet runs under the manager ${running.kind}, and ${wanted} was asked for`,
      hint: "Stop it first: mosaic fleet down",
    });
  }
  if (running) return running;
  if (wanted === "direct") return { kind: "direct", why: "it was asked for" };
  if (facts.silent !== undefined) {
    if (wanted === undefined) return { kind: "direct", why: facts.silent };
    throw new CoreError({
      code: "MANAGER_UNAVAILABLE",
      message: `systemd cannot manage this fleet: ${facts.silent}`,
      hint: "Log in so that a user session with systemd runs, or use: --manager direct",
    });
  }
  if (wanted === "systemd") return { kind: "systemd", why: "it was asked for" };
  if (facts.otherHome !== undefined)
    return { kind: "direct", why: `the installed units belong to the Mosaic home ${facts.otherHome}` };
  if (facts.installed) return { kind: "systemd", why: "its units are installed" };
  if (facts.defaultHome) return { kind: "systemd", why: "the user's service manager answers" };
  return { kind: "direct", why: "no units are installed for this home; mosaic fleet install does that" };
}

/** Which manager the fleet has. Read-only. @throws as {@link decideManager}; CoreError `UNITS_FOREIGN`. */
export async function chooseManager(
  context: FleetContext,
  roster: Roster,
  wanted?: ManagerKind,
): Promise<ChosenManager> {
  const [asked, owner] = await Promise.all([askUserManager(context), unitsOwner(context)]);
  const silent =
    "silent" in asked
      ? asked.silent
      : asked.facts.unitPath.includes(context.userUnits)
        ? undefined
        : `the user's service manager does not look for units in ${context.userUnits}`;
  const ours = owner === context.home.root;
  if (wanted === "systemd" && silent === undefined) requireOwn(context, owner);
  const held = silent === undefined && ours && (await isHeld(context));
  return decideManager(
    {
      silent,
      held,
      runsOutside: !held && (await runsSomething(context, roster)),
      installed: ours,
      otherHome: ours ? undefined : owner,
      defaultHome: context.home.root === defaultHome(context.userHome),
    },
    wanted,
  );
}

async function isHeld(context: FleetContext): Promise<boolean> {
  const result = await systemctl(context, showUnits([HOLDER_UNIT]));
  return typeof result !== "string" && parseUnits(result.stdout).some(isUp);
}

async function runsSomething(context: FleetContext, roster: Roster): Promise<boolean> {
  const panes = await readPanes(context, roster.tmux.socket_name);
  return panes.some(({ mark }) => mark?.home === context.home.root);
}
