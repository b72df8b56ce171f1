import { Command } from "commander";
import { examplesText, settle } from "./help.ts";
import { VERSION } from "./version.ts";
import type { Cli } from "./verb.ts";
import { applyCommand } from "./commands/fleet-apply.ts";
import { agentAttachCommand } from "./commands/agent-attach.ts";
import { agentDeliverCommand, agentInboxCommand } from "./commands/agent-inbox.ts";
import { agentResetCommand } from "./commands/agent-reset.ts";
import { agentSendCommand } from "./commands/agent-send.ts";
import { agentTailCommand } from "./commands/agent-tail.ts";
import { agentWatchCommand } from "./commands/agent-watch.ts";
import { backlogBlockCommand, backlogCompleteCommand } from "./commands/backlog-finish.ts";
import {
  backlogBoardCommand,
  backlogGraphCommand,
  backlogLinkCommand,
  backlogUnlinkCommand,
} from "./commands/backlog-graph.ts";
import { backlogClaimCommand } from "./commands/backlog-claim.ts";
import { backlogCreateCommand } from "./commands/backlog-create.ts";
import { backlogDoctorCommand, backlogExportCommand, backlogImportCommand } from "./commands/backlog-move.ts";
import { backlogListCommand, backlogShowCommand } from "./commands/backlog-look.ts";
import { backlogStatsCommand } from "./commands/backlog-stats.ts";
import {
  backlogReclaimCommand,
  backlogReleaseCommand,
  backlogRenewCommand,
} from "./commands/backlog-hold.ts";
import { backlogReopenCommand, backlogUnblockCommand } from "./commands/backlog-back.ts";
import { execCommand, runtimeCommands, yoloCommand } from "./commands/launch.ts";
import { logsCommand } from "./commands/fleet-logs.ts";
import { commsBlockCommand } from "./commands/fleet-comms-block.ts";
import { composeContractCommand } from "./commands/compose-contract.ts";
import { changeCommand } from "./commands/fleet-change.ts";
import { completionCommand } from "./commands/completion.ts";
import { doctorCommand } from "./commands/fleet-doctor.ts";
import { downCommand } from "./commands/fleet-down.ts";
import { explainCommand } from "./commands/fleet-explain.ts";
import { installCommand } from "./commands/fleet-install.ts";
import { addCommand, configureCommand, removeCommand } from "./commands/fleet-seat.ts";
import { sessionCommand } from "./commands/session.ts";
import { initCommand } from "./commands/fleet-init.ts";
import { planCommand } from "./commands/fleet-plan.ts";
import { personaAddCommand, personaEditCommand } from "./commands/fleet-persona-change.ts";
import { personaDiffCommand, personaListCommand, personaShowCommand } from "./commands/fleet-persona-look.ts";
import { profileAddCommand, profileListCommand, profileShowCommand } from "./commands/fleet-profile.ts";
import { provisionCommand } from "./commands/fleet-provision.ts";
import { psCommand } from "./commands/fleet-ps.ts";
import { statusCommand } from "./commands/fleet-status.ts";
import {
  storeBackupCommand,
  storeServeCommand,
  storeStatusCommand,
  storeStopCommand,
} from "./commands/store.ts";
import { updateCommand } from "./commands/update.ts";
import { validateCommand } from "./commands/fleet-validate.ts";
import { verifyCommand } from "./commands/fleet-verify.ts";

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

/**
 * The command tree. It loads nothing but definitions; each command loads its part when it runs.
 *
 * @param words - Only groups named here get their verbs, for a quick start. Default: all of them.
 */
export function program(cli: Cli, words?: readonly string[]): Command {
  const wanted = (group: string): boolean => words === undefined || words.includes(group);
  const root = new Command("mosaic")
    .usage("<command> [options]")
    // A runtime's own options stand behind its name.
    .enablePositionalOptions()
    .description("Runs a fleet of AI coding agents as durable tmux sessions.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help, also for any command below")
    .addHelpText("after", EPILOGUE);
  root.commandsGroup("The fleet:");
  root.addCommand(fleet(cli, wanted, words?.[0] === "fleet" && words[1] === "backlog"));
  root.commandsGroup("One agent:");
  root.addCommand(agent(cli, wanted("agent")));
  root.commandsGroup("What there is to do:");
  root.addCommand(store(cli, wanted("store")));
  root.commandsGroup("Inside a pane:");
  for (const command of runtimeCommands(cli)) root.addCommand(command);
  root.addCommand(yoloCommand(cli));
  root.addCommand(composeContractCommand(cli));
  root.addCommand(execCommand(), { hidden: true });
  root.addCommand(sessionCommand(cli), { hidden: true });
  root.commandsGroup("Mosaic itself:");
  root.addCommand(updateCommand(cli));
  root.commandsGroup("The shell:");
  root.addCommand(completionCommand(cli, () => program(cli)));
  root.helpCommand("help [command...]", "show help for a command, as --help does");
  settle(root, cli.out.json);
  return root.configureHelp({
    ...root.configureHelp(),
    commandDescription: () =>
      `${root.description()}\n\n${examplesText("Start here, with agents that need no model:", START)}`,
  });
}

const group = (name: string, description: string, examples: readonly string[]): Command =>
  new Command(name)
    .usage("<command> [options]")
    .description(description)
    .helpCommand(false)
    .addHelpText("after", () => `\n${examplesText("Examples:", examples)}`);

/** @param onlyBacklog - Its verbs are what agents call all the time: then they do not wait for the others. */
function fleet(cli: Cli, wanted: (group: string) => boolean, onlyBacklog: boolean): Command {
  const fleet = group("fleet", "declare, start, see and stop the agents of the roster", [
    "mosaic fleet provision software-delivery --full",
    "mosaic fleet init --profile local-canary --write",
    "mosaic fleet plan && mosaic fleet apply",
    "mosaic fleet ps --watch",
    "mosaic fleet restart coder0",
  ]);
  if (!wanted("fleet")) return fleet;
  if (onlyBacklog) return fleet.addCommand(backlog(cli, true));
  fleet.commandsGroup("Declare:");
  fleet.addCommand(initCommand(cli));
  fleet.addCommand(provisionCommand(cli));
  fleet.addCommand(addCommand(cli));
  fleet.addCommand(configureCommand(cli));
  fleet.addCommand(removeCommand(cli));
  fleet.addCommand(planCommand(cli));
  fleet.addCommand(applyCommand(cli));
  fleet.commandsGroup("Who they are:");
  fleet.addCommand(profile(cli, wanted("profile")));
  fleet.addCommand(persona(cli, wanted("persona")));
  fleet.addCommand(commsBlockCommand(cli));
  fleet.commandsGroup("What there is to do:");
  fleet.addCommand(backlog(cli, wanted("backlog")));
  fleet.commandsGroup("See:");
  fleet.addCommand(psCommand(cli));
  fleet.addCommand(statusCommand(cli));
  fleet.addCommand(verifyCommand(cli));
  fleet.addCommand(explainCommand(cli));
  fleet.addCommand(logsCommand(cli));
  fleet.addCommand(doctorCommand(cli));
  fleet.commandsGroup("Control:");
  fleet.addCommand(installCommand(cli));
  for (const name of ["start", "stop", "restart"] as const) fleet.addCommand(changeCommand(cli, name));
  fleet.addCommand(downCommand(cli));
  return fleet;
}

function profile(cli: Cli, withVerbs: boolean): Command {
  const profile = group("profile", "system types: which personas, how many, who reports to whom", [
    "mosaic fleet profile list",
    "mosaic fleet profile show software-delivery",
    "mosaic fleet profile add my-team --from research",
  ]);
  if (!withVerbs) return profile;
  for (const verb of [profileListCommand, profileShowCommand, profileAddCommand])
    profile.addCommand(verb(cli));
  return profile.addCommand(validateCommand(cli, "profile"));
}

function persona(cli: Cli, withVerbs: boolean): Command {
  const persona = group("persona", "role contracts: the baseline's, and yours over them", [
    "mosaic fleet persona show code",
    "mosaic fleet persona edit code",
    "mosaic fleet persona diff code",
  ]);
  if (!withVerbs) return persona;
  persona.commandsGroup("See:");
  for (const verb of [personaListCommand, personaShowCommand, personaDiffCommand])
    persona.addCommand(verb(cli));
  persona.addCommand(validateCommand(cli, "persona"));
  persona.commandsGroup("Change:");
  for (const verb of [personaAddCommand, personaEditCommand]) persona.addCommand(verb(cli));
  return persona;
}

function agent(cli: Cli, withVerbs: boolean): Command {
  const agent = group("agent", "talk to one agent, look at it, take its keyboard", [
    'mosaic agent send coder0 --message "Please run the tests."',
    "mosaic agent tail coder0 -f",
    "mosaic agent attach coder0",
  ]);
  if (!withVerbs) return agent;
  agent.commandsGroup("Talk:");
  agent.addCommand(agentSendCommand(cli));
  agent.addCommand(agentInboxCommand(cli));
  agent.addCommand(agentDeliverCommand(cli));
  agent.commandsGroup("Look, read-only:");
  agent.addCommand(agentTailCommand(cli));
  agent.addCommand(agentWatchCommand(cli));
  agent.commandsGroup("Control:");
  agent.addCommand(agentAttachCommand(cli));
  agent.addCommand(agentResetCommand(cli));
  return agent;
}

function backlog(cli: Cli, withVerbs: boolean): Command {
  const backlog = group("backlog", "cards: units of work, each claimed by one agent at a time", [
    "mosaic fleet backlog create --id A1 --title 'Parse the header'",
    "mosaic fleet backlog claim --owner coder0",
    "mosaic fleet backlog board",
  ]);
  if (!withVerbs) return backlog;
  const sections: readonly (readonly [string, readonly ((cli: Cli) => Command)[]])[] = [
    ["Fill:", [backlogCreateCommand, backlogImportCommand, backlogLinkCommand, backlogUnlinkCommand]],
    ["Look:", [backlogListCommand, backlogShowCommand, backlogBoardCommand, backlogGraphCommand]],
    ["Work:", [backlogClaimCommand, backlogRenewCommand, backlogReleaseCommand, backlogCompleteCommand]],
    ["Decide:", [backlogBlockCommand, backlogUnblockCommand, backlogReopenCommand, backlogReclaimCommand]],
    ["Care:", [backlogStatsCommand, backlogDoctorCommand, backlogExportCommand]],
  ];
  for (const [heading, verbs] of sections) {
    backlog.commandsGroup(heading);
    for (const verb of verbs) backlog.addCommand(verb(cli));
  }
  return backlog;
}

function store(cli: Cli, withVerbs: boolean): Command {
  const store = group("store", "where the cards are kept: look at it, close it, back it up", [
    "mosaic store status",
    "mosaic store backup",
  ]);
  if (!withVerbs) return store;
  for (const verb of [storeStatusCommand, storeStopCommand, storeBackupCommand]) store.addCommand(verb(cli));
  for (const verb of [backlogExportCommand, backlogImportCommand]) store.addCommand(verb(cli));
  store.addCommand(storeServeCommand(cli), { hidden: true });
  return store;
}
