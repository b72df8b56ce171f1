import { readFileSync, readdirSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { describedProgram } from "../src/cli-reference.ts";

const ROLES = `${import.meta.dirname}/../../../framework/fleet/roles`;
const contracts = readdirSync(ROLES).filter((name) => name !== "LIBRARY.md");

const tree = await describedProgram();

/** What is wrong with a command line, as far as the command tree can tell; undefined when nothing is. */
function unknown(line: string): string | undefined {
  let at: Command = tree;
  const words = line.split(/\s+/).slice(1);
  while (words[0] !== undefined && at.commands.length > 0) {
    const word = words.shift();
    const next = at.commands.find((command) => command.name() === word);
    if (!next) return `${line}: there is no ${String(word)} in ${at.name()}`;
    at = next;
  }
  if (at.commands.length > 0) return `${line}: ${at.name()} is no verb`;
  const flags = words.filter((word) => /^--?[a-z]/.test(word));
  const known = at.options.flatMap(({ long, short }) => [long, short]);
  const wrong = flags.filter((flag) => !known.includes(flag));
  if (wrong.length > 0) return `${line}: there is no ${wrong.join(", ")}`;
  const needed = at.registeredArguments.filter(({ required }) => required).length;
  const flag = words.findIndex((word) => word.startsWith("-"));
  const given = flag === -1 ? words.length : flag;
  return given < needed ? `${line}: ${at.name()} takes ${String(needed)} arguments` : undefined;
}

test.for(contracts)("every command that %s names exists, with its flags and its arguments", (name) => {
  const text = readFileSync(`${ROLES}/${name}`, "utf8");
  const lines = [...text.matchAll(/`(mosaic [^`]*)`/g)].map(([, line = ""]) => line.replace(/\s+/g, " "));
  expect(lines.flatMap((line) => unknown(line) ?? [])).toEqual([]);
});

test.for([
  "mosaic backlog list",
  "mosaic fleet",
  "mosaic agent send NAME --priority 1",
  "mosaic fleet explain",
])("%s would be seen as unknown", (line) => {
  expect(unknown(line)).toContain(line);
});
