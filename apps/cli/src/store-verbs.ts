import type { Sections } from "./group.ts";
import { backlogExportCommand, backlogImportCommand } from "./commands/backlog-move.ts";
import {
  storeBackupCommand,
  storePruneCommand,
  storeServeCommand,
  storeStatusCommand,
  storeStopCommand,
} from "./commands/store.ts";

export const STORE: Sections = [
  [
    "Commands:",
    {
      status: storeStatusCommand,
      stop: storeStopCommand,
      backup: storeBackupCommand,
      export: (cli) => backlogExportCommand(cli, "store"),
      import: (cli) => backlogImportCommand(cli, "store"),
      prune: storePruneCommand,
    },
  ],
  ["", { serve: storeServeCommand }],
];
