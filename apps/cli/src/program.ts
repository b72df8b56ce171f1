import { Command } from "commander";
import { backlog } from "./backlog-group.ts";
import { completionCommand } from "./commands/completion.ts";
import { composeContractCommand } from "./commands/compose-contract.ts";
import { execCommand, runtimeCommands, yoloCommand } from "./commands/launch.ts";
import { sessionCommand } from "./commands/session.ts";
import { updateCommand } from "./commands/update.ts";
import { addSections, group, type Sections, type Words } from "./group.ts";
import { examplesText, settle } from "./help.ts";
import { VERSION } from "./version.ts";
import type { Cli } from "./verb.ts";

const START = [
  "mosaic fleet init --profile local-canary --write  # declare four agents",
  "mosaic fleet apply                                # start, wait until ready",
  "mosaic fleet ps                                   # see them",
  "mosaic agent send lead --message 'Hello?'         # talk to one",
  "mosaic agent tail lead                            # read its answer",
  "mosaic fleet down                                 # stop them all",
];

const EPILOGUE = `
Every command takes --mosaic-home <dir> and --json. Its help has examples:
mosaic help fleet ps

Exit codes: 0 done, 1 failed, 2 usage, 3 invalid roster, 4 not found,
5 conflict, 6 tmux or store unavailable, 7 outcome unknown, 130 interrupted.`;

const fleet = group(
  "fleet",
  "declare, start, see and stop the agents of the roster",
  [
    "mosaic fleet provision software-delivery --full",
    "mosaic fleet init --profile local-canary --write",
    "mosaic fleet plan && mosaic fleet apply",
    "mosaic fleet ps --watch",
    "mosaic fleet restart coder0",
  ],
  async ([called]) =>
    // What agents call all the time does not wait for the other verbs.
    called === "backlog" ? [["", { backlog }]] : (await import("./fleet-verbs.ts")).FLEET,
);

const agent = group(
  "agent",
  "talk to one agent, look at it, take its keyboard",
  [
    'mosaic agent send coder0 --message "Please run the tests."',
    "mosaic agent tail coder0 -f",
    "mosaic agent attach coder0",
  ],
  async () => (await import("./agent-verbs.ts")).AGENT,
);

const store = group(
  "store",
  "where the cards are kept: look at it, close it, back it up",
  ["mosaic store status", "mosaic store backup"],
  async () => (await import("./store-verbs.ts")).STORE,
);

const ROOT: Sections = [
  ["The fleet:", { fleet }],
  ["One agent:", { agent }],
  ["What there is to do:", { store }],
  ["Inside a pane:", { ...runtimeCommands, yolo: yoloCommand, "compose-contract": composeContractCommand }],
  ["", { exec: execCommand, session: sessionCommand }],
  ["Mosaic itself:", { update: updateCommand }],
  ["The shell:", { completion: (cli) => completionCommand(cli, () => program(cli)) }],
];

/**
 * The command tree. It loads nothing but definitions; each command loads its part when it runs.
 *
 * @param words - Only what is named here is made, for a quick start. Default: everything.
 */
export async function program(cli: Cli, words: Words = "all"): Promise<Command> {
  const root = new Command("mosaic")
    .usage("<command> [options]")
    // A runtime's own options stand behind its name.
    .enablePositionalOptions()
    .description("Runs a fleet of AI coding agents as durable tmux sessions.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help, also for any command below")
    .addHelpText("after", EPILOGUE);
  await addSections(root, cli, ROOT, words);
  root.helpCommand("help [command...]", "show help for a command, as --help does");
  settle(root, cli.out.json);
  return root.configureHelp({
    ...root.configureHelp(),
    commandDescription: () =>
      `${root.description()}\n\n${examplesText("Start here, with agents that need no model:", START)}`,
  });
}
