import { RUNTIMES, type RuntimeProgram } from "@mosaic/fleet-commands/runtimes";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import { rosterFor, type Evidence } from "./check.ts";
import { COMMAND_KEY, operatorVariables } from "../launch/env-file.ts";
import { readIfPresent } from "../files.ts";
import { expandHome, livesElsewhere, rosterCommand } from "../launch/launch.ts";
import { inheritedEnvironment } from "../launch/pane-environment.ts";
import { captured } from "../manage/units.ts";

/** What a seat of this host is started with, when that is a program other than mosaic itself. */
export interface Start {
  readonly seat: string;
  /** As it is looked for on PATH. */
  readonly name: string;
  /** Undefined for a command line of the operator's. */
  readonly program: RuntimeProgram | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The working directory. */
  readonly folder: string;
}

/** Words at the beginning of a command line that the shell itself knows, or that only lead to a program. */
const SHELL_WORDS =
  /^(?:\.|:|cd|command|env|eval|exec|export|if|for|set|source|test|trap|ulimit|umask|until|while|\[)$/;
const PLAIN = /^[\w@%+./-]+$/;

/** The program that a command line of the operator's runs; undefined where only a shell could tell. */
export function programOf(commandLine: string): string | undefined {
  const word = commandLine.trim().split(/\s+/)[0] ?? "";
  return PLAIN.test(word) && !SHELL_WORDS.test(word) ? word : undefined;
}

export async function startsOf(evidence: Evidence): Promise<readonly Start[]> {
  const roster = await rosterFor(evidence);
  const { context, env } = evidence;
  // Under systemd agents start with what was captured, whatever the operator's shell has.
  const path = await captured(context, "PATH");
  const given = path === undefined ? { ...env, PATH: context.path } : { PATH: path };
  const here = roster.agents.filter((seat) => livesElsewhere(seat, context.host) === undefined);
  return (await Promise.all(here.map((seat) => startOf(evidence, roster, seat, given)))).flat();
}

async function startOf(
  { context }: Evidence,
  roster: Roster,
  seat: Agent,
  given: NodeJS.ProcessEnv,
): Promise<Start[]> {
  // One that cannot be read is told as a file.
  const text = await readIfPresent(context.home.env(seat.name)).catch(() => undefined);
  const own = operatorVariables(text);
  const inherited = inheritedEnvironment(given, roster.runtimes[seat.runtime]?.env ?? []);
  const env = { ...inherited, ...own, PATH: `${context.home.bin}:${own.PATH ?? given.PATH ?? ""}` };
  const commandLine = rosterCommand(roster, seat) ?? own[COMMAND_KEY];
  const program = commandLine === undefined ? RUNTIMES[seat.runtime]?.program : undefined;
  const name = commandLine === undefined ? program?.name : programOf(commandLine);
  const folder = expandHome(seat.working_directory, context.userHome);
  return name === undefined ? [] : [{ seat: seat.name, name, program, env, folder }];
}
