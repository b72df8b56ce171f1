import { Command } from "commander";
import type { Fleet } from "@mosaic/fleet-core";
import { examplesText } from "./help.ts";
import type { Output } from "./output.ts";

/** What a command gets from outside: where to print, the fleet it acts on, and when to stop. */
export interface Cli {
  readonly out: Output;
  readonly signal: AbortSignal;
  /** Loads the fleet's code, which `--help` and `--version` do without. */
  fleet(options: HomeOption): Promise<Fleet>;
  /** Waits, or returns at once when interrupted. */
  pause(ms: number): Promise<void>;
  /** Ends with this code once everything is written. */
  exit(code: number): void;
}

export interface HomeOption {
  readonly mosaicHome?: string;
}

/** A command with the options that every verb has. `examples` are shown in its help. */
export function verb(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option("--mosaic-home <dir>", "the Mosaic home (default: $MOSAIC_HOME, else ~/.config/mosaic)")
    .option("--json", "print one JSON document instead of text")
    .addHelpText("after", () => `\n${examplesText("Examples:", examples)}`);
}
