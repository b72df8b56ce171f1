import type { Sections } from "./group.ts";
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

export const BACKLOG: Sections = [
  [
    "Fill:",
    {
      create: backlogCreateCommand,
      import: (cli) => backlogImportCommand(cli),
      link: backlogLinkCommand,
      unlink: backlogUnlinkCommand,
    },
  ],
  [
    "Look:",
    {
      list: backlogListCommand,
      show: backlogShowCommand,
      board: backlogBoardCommand,
      graph: backlogGraphCommand,
    },
  ],
  [
    "Work:",
    {
      claim: backlogClaimCommand,
      renew: backlogRenewCommand,
      release: backlogReleaseCommand,
      complete: backlogCompleteCommand,
    },
  ],
  [
    "Decide:",
    {
      block: backlogBlockCommand,
      unblock: backlogUnblockCommand,
      reopen: backlogReopenCommand,
      reclaim: backlogReclaimCommand,
    },
  ],
  [
    "Care:",
    { stats: backlogStatsCommand, doctor: backlogDoctorCommand, export: (cli) => backlogExportCommand(cli) },
  ],
];
