import { link, rm } from "node:fs/promises";
import { AGENT_TEMPLATE, HOLDER_UNIT } from "@mosaic/fleet-commands/systemd";
import { fingerprint } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { readIfPresent, writeAtomically, writeFailed } from "../files.ts";

/** One of our files in the user's unit folder. `edited`: it is neither what ships nor what we wrote there. */
export interface UnitFile {
  readonly path: string;
  /** What belongs there. */
  readonly content: string;
  readonly state: "missing" | "current" | "stale" | "edited";
}

export interface UnitFiles {
  readonly files: readonly UnitFile[];
  /** The Mosaic home that the units there belong to; undefined where there are none. */
  readonly owner: string | undefined;
}

/** One change of the user's unit folder. */
export interface UnitChange {
  readonly path: string;
  /** Where the operator's edited file is kept; null where there was none. */
  readonly kept_as: string | null;
}

const UNITS = [HOLDER_UNIT, AGENT_TEMPLATE];
/** What is of this machine, beside the unit that ships: the unit itself is the same everywhere. */
const DROP_IN = "10-mosaic.conf";
const PRIVATE = 0o600;

/**
 * Our files in the user's unit folder, against what belongs there. Read-only.
 *
 * @param capture - Whether the environment of now belongs into the units; else what was captured before stays.
 */
export async function readUnits(context: FleetContext, capture: boolean): Promise<UnitFiles> {
  const { userUnits } = context;
  const [written, owner] = await Promise.all([writtenUnits(context), unitsOwner(context)]);
  const look = async (path: string, content: string): Promise<UnitFile> => {
    const here = await readIfPresent(path);
    if (here === undefined) return { path, content, state: "missing" };
    if (here === content) return { path, content, state: "current" };
    return { path, content, state: written[path] === fingerprint(here) ? "stale" : "edited" };
  };
  const files = await Promise.all(
    UNITS.flatMap((unit) => [
      shipped(context, unit).then((content) => look(`${userUnits}/${unit}`, content)),
      readIfPresent(`${userUnits}/${unit}.d/${DROP_IN}`).then((here) =>
        look(
          `${userUnits}/${unit}.d/${DROP_IN}`,
          (capture || owner !== context.home.root ? undefined : here) ?? dropIn(context, unit),
        ),
      ),
    ]),
  );
  return { files, owner };
}

/** The Mosaic home that the installed units belong to; undefined where none are installed. Read-only. */
export async function unitsOwner({ userUnits, userHome }: FleetContext): Promise<string | undefined> {
  if ((await readIfPresent(`${userUnits}/${AGENT_TEMPLATE}`)) === undefined) return undefined;
  const text = await readIfPresent(`${userUnits}/${AGENT_TEMPLATE}.d/${DROP_IN}`);
  return capturedVariable(text ?? "", "MOSAIC_HOME") ?? defaultHome(userHome);
}

/** What a drop-in of ours sets a variable to. */
function capturedVariable(dropIn: string, key: string): string | undefined {
  const line = dropIn.split("\n").find((one) => one.startsWith(`Environment="${key}=`));
  return line && unescaped(line.slice(`Environment="${key}=`.length, -1));
}

/**
 * A variable as it was captured for the agents' units; undefined where they have none, or those of this home are not
 * installed. Read-only.
 */
export async function captured(
  context: FleetContext,
  variable: "PATH" | "TMUX_TMPDIR",
): Promise<string | undefined> {
  if ((await unitsOwner(context)) !== context.home.root) return undefined;
  const text = await readIfPresent(`${context.userUnits}/${AGENT_TEMPLATE}.d/${DROP_IN}`);
  return capturedVariable(text ?? "", variable);
}

export const defaultHome = (userHome: string): string => `${userHome}/.config/mosaic`;

/** @throws CoreError `UNITS_FOREIGN` when the units of another home stand there. */
export function requireOwn({ home, userUnits }: FleetContext, owner: string | undefined): void {
  if (owner === undefined || owner === home.root) return;
  throw new CoreError({
    code: "UNITS_FOREIGN",
    message: `the units in ${userUnits} belong to the Mosaic home ${owner}`,
    hint: `Go on with that home (--mosaic-home ${owner}), use --manager direct, or take the units over with: mosaic fleet install --force`,
  });
}

/** What {@link writeUnits} would change. Read-only. */
export async function planUnits(context: FleetContext, capture: boolean): Promise<UnitChange[]> {
  const { files } = await readUnits(context, capture);
  return Promise.all(files.filter(({ state }) => state !== "current").map((file) => changeOf(context, file)));
}

/**
 * Brings our files in the user's unit folder up to date. A file that somebody edited is kept beside the new one. Idempotent;
 * interrupted, each file is the old one or the new one. The manager has to be told: {@link reloadUnits}.
 *
 * @throws CoreError `WRITE_FAILED`.
 */
export async function writeUnits(context: FleetContext, capture: boolean): Promise<UnitChange[]> {
  const changes: UnitChange[] = [];
  const written = await writtenUnits(context);
  for (const file of (await readUnits(context, capture)).files) {
    if (file.state !== "current") {
      const change = await changeOf(context, file);
      if (change.kept_as !== null) {
        await keep(file.path, change.kept_as);
      }
      await writeAtomically(file.path, file.content, file.path.endsWith(DROP_IN) ? PRIVATE : 0o644);
      changes.push(change);
    }
    written[file.path] = fingerprint(file.content);
  }
  const record = JSON.stringify(written);
  if ((await readIfPresent(context.home.units)) !== record)
    await writeAtomically(context.home.units, record, PRIVATE);
  return changes;
}

/** @throws CoreError `WRITE_FAILED`. */
async function keep(path: string, kept: string): Promise<void> {
  try {
    await rm(kept, { force: true });
    await link(path, kept);
  } catch (cause) {
    throw writeFailed(kept, cause);
  }
}

async function changeOf(context: FleetContext, { path, state }: UnitFile): Promise<UnitChange> {
  if (state !== "edited") return { path, kept_as: null };
  const here = await readIfPresent(path);
  const date = new Date(context.now()).toISOString().slice(0, 10);
  for (let copy = 1; ; copy++) {
    const kept_as = `${path}.operator-${date}${copy === 1 ? "" : `-${String(copy)}`}`;
    const there = await readIfPresent(kept_as);
    if (there === undefined || there === here) return { path, kept_as };
  }
}

async function shipped({ framework }: FleetContext, unit: string): Promise<string> {
  const path = `${framework}/systemd/user/${unit}`;
  const content = await readIfPresent(path);
  if (content !== undefined) return content;
  throw new CoreError({
    code: "READ_FAILED",
    message: `this mosaic has no unit at ${path}`,
    hint: "Its package is not whole: install it again.",
  });
}

/** What of this machine the units need to know: they start with the bare environment of the user's manager. */
function dropIn({ home, unitEnvironment }: FleetContext, unit: string): string {
  const variables = Object.entries({ MOSAIC_HOME: home.root, ...unitEnvironment });
  return [
    "# Written by `mosaic fleet install`. Your own settings go into a file of another name beside this one.",
    "[Service]",
    ...variables.map(([key, value]) => `Environment="${escaped(`${key}=${value}`)}"`),
    ...(unit === AGENT_TEMPLATE
      ? ["EnvironmentFile=", `EnvironmentFile=-${specifiers(home.agents)}/%i.env`]
      : []),
    "",
  ].join("\n");
}

/** systemd takes `%` for the beginning of a specifier. */
const specifiers = (text: string): string => text.replaceAll("%", "%%");

/** A line end, as a copied `PATH` may have one, would begin a line of the unit. */
const escaped = (text: string): string =>
  specifiers(text)
    .replace(/[\\"]/g, String.raw`\$&`)
    .replaceAll("\n", String.raw`\n`);

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char)).replaceAll("%%", "%");

/** What we wrote, by path: the fingerprint of its content. Lost, a file that does not match counts as edited. */
async function writtenUnits({ home }: FleetContext): Promise<Record<string, string>> {
  try {
    // Our own file; a broken one is as good as none.
    return JSON.parse((await readIfPresent(home.units)) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}
