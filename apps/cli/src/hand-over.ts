import type { Command } from "commander";
import type { Fleet } from "@mosaic/fleet-core";
import type { Argv } from "@mosaic/fleet-process";
import type { Cli, HomeOption } from "./verb.ts";

/** Gives this terminal to a program until it ends. Without a terminal it is a usage error that names the other way. */
export async function handOver(
  cli: Cli,
  options: HomeOption,
  command: Command,
  program: (fleet: Fleet) => Promise<Argv>,
): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    command.error(`error: ${command.name()} needs a terminal; without one use: mosaic agent tail -f`);
  }
  const fleet = await cli.fleet(options);
  const argv = await program(fleet);
  const { runInTerminal } = await import("./environment.ts");
  cli.exit(await runInTerminal(argv));
}
