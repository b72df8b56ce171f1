import type { HomeUpdate, SeedEffect } from "@mosaic/fleet-core";
import { summaryText } from "./fleet-text.ts";
import type { Output } from "./output.ts";
import type { UpdateFlags } from "./update-flags.ts";

const SIGNS = { add: "+", change: "~", chmod: "~", remove: "-", absent: "=" } as const;
const STYLES = { add: "green", change: "yellow", chmod: "yellow", remove: "red", absent: "gray" } as const;

/** Every effect on the home, then what it comes to. */
export function homeUpdateText(
  out: Output,
  update: HomeUpdate,
  { dryRun, updatedFrom }: UpdateFlags,
): string {
  const { from, to, files, units, relaunch, outcomes, relaunch_unfinished } = update;
  // A first seed writes everything: its listing is for a dry run.
  const shown = from === null && dryRun === undefined ? files.filter(isOperators) : files;
  const lines = shown.map(
    ({ effect, path, kept_as, why }) =>
      `  ${out.paint(STYLES[effect], SIGNS[effect])} ${path}  ${out.paint("dim", kept_as === null ? why : `${why} as ${kept_as}`)}`,
  );
  const active = units.map(
    ({ path, kept_as }) =>
      `  ${out.paint("yellow", "~")} ${path}${kept_as === null ? "" : `  ${out.paint("dim", `your edit is kept as ${kept_as}`)}`}`,
  );
  const restarts = dryRun ? relaunch.map((agent) => `  ${out.paint("yellow", "~")} restart ${agent}`) : [];
  return [
    ...(updatedFrom === undefined ? [] : [`mosaic ${updatedFrom} -> ${to}`]),
    ...lines,
    ...active,
    ...restarts,
    sentence(update, dryRun === true),
    ...(relaunch_unfinished && outcomes.length === 0
      ? ["A relaunch is not finished; it goes on with: mosaic update --relaunch"]
      : []),
    ...(outcomes.length > 0 ? [`Relaunched: ${summaryText(outcomes)}`] : []),
  ].join("\n");
}

const isOperators = ({ effect, kept_as }: SeedEffect): boolean => kept_as !== null || effect === "absent";

function sentence({ from, to, files, units, relaunch }: HomeUpdate, dryRun: boolean): string {
  const count = (...effects: SeedEffect["effect"][]): number =>
    files.filter(({ effect }) => effects.includes(effect)).length;
  const counted = [
    [count("add"), "added"],
    [count("change", "chmod") + units.length, "changed"],
    [count("remove"), "removed"],
    [files.filter(({ kept_as }) => kept_as !== null).length, "of your edits kept beside"],
    [dryRun ? relaunch.length : 0, "agents to restart"],
  ] as const;
  const what = counted.flatMap(([n, word]) => (n === 0 ? [] : [`${String(n)} ${word}`])).join(", ");
  if (what === "") return `The framework in the home is that of ${to}. Nothing to do.`;
  const began = from === null || from === to ? "" : ` (it held ${from})`;
  return dryRun
    ? `A dry run: nothing was written. For the framework of ${to}${began}: ${what}.`
    : `The home holds the framework of ${to}${began}: ${what}.`;
}
