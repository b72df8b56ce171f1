import { readdir } from "node:fs/promises";
import { nearest } from "@mosaic/fleet-model";
import { parseRoster, type Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "./context.ts";
import { CoreError } from "./error.ts";
import { createAtomically, readIfPresent } from "./files.ts";
import { seedIfNever } from "./update/seed.ts";
import { unlaunchableSeats, type Unlaunchable } from "./launch/unlaunchable.ts";

/** The preset that is one agent alone, without the seats a fleet must have. */
const WITHOUT_FLOOR = "minimal";

export interface Preset {
  readonly id: string;
  /** The roster exactly as it is printed and written. */
  readonly text: string;
  readonly roster: Roster;
}

const folder = (context: FleetContext): string => `${context.framework}/fleet/examples`;

async function presetIds(context: FleetContext): Promise<string[]> {
  const names = await readdir(folder(context));
  return names.flatMap((name) => (name.endsWith(".yaml") ? [name.slice(0, -".yaml".length)] : [])).sort();
}

/**
 * A preset of the framework, checked: it parses, and every preset but `minimal` has exactly one orchestrator and at
 * least one enhancer.
 *
 * @throws CoreError `PRESET_UNKNOWN`, `PRESET_FLOOR`; RosterError when it does not parse.
 */
export async function readPreset(context: FleetContext, id: string): Promise<Preset> {
  const ids = await presetIds(context);
  const path = `${folder(context)}/${id}.yaml`;
  const text = ids.includes(id) ? await readIfPresent(path) : undefined;
  if (text === undefined) {
    const near = nearest(id, ids);
    throw new CoreError({
      code: "PRESET_UNKNOWN",
      message: `there is no preset ${JSON.stringify(id)}`,
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The presets are: ${ids.join(", ")}`,
    });
  }
  const roster = parseRoster(text, path, { tenantId: context.user });
  checkFloor(id, roster);
  return { id, text, roster };
}

function checkFloor(id: string, roster: Roster): void {
  const count = (wanted: string): number => roster.agents.filter((seat) => seat.class === wanted).length;
  if (id === WITHOUT_FLOOR || (count("orchestrator") === 1 && count("enhancer") >= 1)) return;
  throw new CoreError({
    code: "PRESET_FLOOR",
    message: `the preset ${id} has ${String(count("orchestrator"))} orchestrators and ${String(count("enhancer"))} enhancers`,
    hint: "A fleet has exactly one orchestrator and at least one enhancer: correct the preset.",
  });
}

export interface Initialised extends Preset {
  /** Where the roster goes, or went. */
  readonly path: string;
  /** The seats that this host cannot launch, and why. */
  readonly unlaunchable: ReadonlyMap<string, Unlaunchable>;
}

/** @throws CoreError `ROSTER_EXISTS` when it should write and a roster stands there: it is the operator's. */
export async function init(context: FleetContext, id: string, write: boolean): Promise<Initialised> {
  const preset = await readPreset(context, id);
  const path = context.home.roster;
  if (write) await seedIfNever(context);
  if (write && !(await createAtomically(path, preset.text, 0o644))) {
    throw new CoreError({
      code: "ROSTER_EXISTS",
      message: `there is a roster at ${path} already`,
      hint: "Edit it, or move it away first; it is never overwritten.",
    });
  }
  return { ...preset, path, unlaunchable: await unlaunchableSeats(context, preset.roster) };
}
