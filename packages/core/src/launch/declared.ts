import { RUNTIMES } from "@mosaic/fleet-commands/runtimes";

/** Options that leave a shell reading its terminal: every one but `-c` and its kind, some with a word behind them. */
const READS_ON =
  "(?: [-+]o \\S+| --(?:rcfile|init-file) \\S+| --(?!command)[a-z-]+(?:=\\S*)?| [-+][abd-zA-Z]*| -)*";
const BARE_SHELL = new RegExp(`^-?(?:\\S*/)?(?:busybox )?(?:ba|da|z|fi|k|mk|tc|c|a)?sh${READS_ON}$`);

/** A shell that waits for a person to type: text sent to it would be run. */
export const isBareShell = (processCommand: string): boolean => BARE_SHELL.test(processCommand.trim());

const OWN_CALL = /^(?:exec )?mosaic (?:yolo )?([a-z0-9_-]+)(?: [^;&|\n]*)?$/;

/** The runtime that a command line starts by one call of mosaic's own launcher, and nothing else. */
export const launchedBy = (commandLine: string): string | undefined => OWN_CALL.exec(commandLine)?.[1];

/**
 * Whether a pane's process is the program that the roster declares. Of a command line of the operator's it is only
 * known what it must not be: a bare shell.
 *
 * @param command - The command line that replaces the runtime; undefined when nothing does.
 */
export function runsDeclared(runtime: string, command: string | undefined, processCommand: string): boolean {
  if (command === undefined)
    return RUNTIMES[runtime]?.process.test(processCommand) ?? !isBareShell(processCommand);
  return !isBareShell(processCommand) || isBareShell(command);
}
