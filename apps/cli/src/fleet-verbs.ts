import { backlog } from "./backlog-group.ts";
import { group, type Sections } from "./group.ts";
import { applyCommand } from "./commands/fleet-apply.ts";
import { logsCommand } from "./commands/fleet-logs.ts";
import { commsBlockCommand } from "./commands/fleet-comms-block.ts";
import { changeCommand } from "./commands/fleet-change.ts";
import { doctorCommand } from "./commands/fleet-doctor.ts";
import { downCommand } from "./commands/fleet-down.ts";
import { explainCommand } from "./commands/fleet-explain.ts";
import { installCommand } from "./commands/fleet-install.ts";
import { addCommand, configureCommand, removeCommand } from "./commands/fleet-seat.ts";
import { initCommand } from "./commands/fleet-init.ts";
import { planCommand } from "./commands/fleet-plan.ts";
import { personaAddCommand, personaEditCommand } from "./commands/fleet-persona-change.ts";
import { personaDiffCommand, personaListCommand, personaShowCommand } from "./commands/fleet-persona-look.ts";
import { profileAddCommand, profileListCommand, profileShowCommand } from "./commands/fleet-profile.ts";
import { provisionCommand } from "./commands/fleet-provision.ts";
import { psCommand } from "./commands/fleet-ps.ts";
import { statusCommand } from "./commands/fleet-status.ts";
import { validateCommand } from "./commands/fleet-validate.ts";
import { verifyCommand } from "./commands/fleet-verify.ts";

const PROFILE: Sections = [
  [
    "Commands:",
    {
      list: profileListCommand,
      show: profileShowCommand,
      add: profileAddCommand,
      validate: (cli) => validateCommand(cli, "profile"),
    },
  ],
];

const PERSONA: Sections = [
  [
    "See:",
    {
      list: personaListCommand,
      show: personaShowCommand,
      diff: personaDiffCommand,
      validate: (cli) => validateCommand(cli, "persona"),
    },
  ],
  ["Change:", { add: personaAddCommand, edit: personaEditCommand }],
];

const profile = group(
  "profile",
  "system types: which personas, how many, who reports to whom",
  [
    "mosaic fleet profile list",
    "mosaic fleet profile show software-delivery",
    "mosaic fleet profile add my-team --from research",
  ],
  () => Promise.resolve(PROFILE),
);

const persona = group(
  "persona",
  "role contracts: the baseline's, and yours over them",
  ["mosaic fleet persona show code", "mosaic fleet persona edit code", "mosaic fleet persona diff code"],
  () => Promise.resolve(PERSONA),
);

export const FLEET: Sections = [
  [
    "Declare:",
    {
      init: initCommand,
      provision: provisionCommand,
      add: addCommand,
      configure: configureCommand,
      remove: removeCommand,
      plan: planCommand,
      apply: applyCommand,
    },
  ],
  ["Who they are:", { profile, persona, "comms-block": commsBlockCommand }],
  ["What there is to do:", { backlog }],
  [
    "See:",
    {
      ps: psCommand,
      status: statusCommand,
      verify: verifyCommand,
      explain: explainCommand,
      logs: logsCommand,
      doctor: doctorCommand,
    },
  ],
  [
    "Control:",
    {
      install: installCommand,
      start: (cli) => changeCommand(cli, "start"),
      stop: (cli) => changeCommand(cli, "stop"),
      restart: (cli) => changeCommand(cli, "restart"),
      down: downCommand,
    },
  ],
];
