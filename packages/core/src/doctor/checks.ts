import type { Check } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { diskCheck } from "./disk.ts";
import { filesCheck } from "./files.ts";
import { firstRunCheck } from "./first-run.ts";
import { localeCheck } from "./locale.ts";
import { processesCheck } from "./processes.ts";
import { rosterCheck } from "./roster.ts";
import { runtimesCheck } from "./runtimes.ts";
import { sessionsCheck } from "./sessions.ts";
import { shimCheck } from "./shim.ts";
import { storeCheck } from "./store.ts";
import { systemdCheck } from "./systemd.ts";
import { tmuxCheck } from "./tmux.ts";

/** In the order in which they are told: what the rest stands on comes first. */
export const CHECKS: readonly Check[] = [
  shimCheck,
  tmuxCheck,
  localeCheck,
  diskCheck,
  filesCheck,
  rosterCheck,
  runtimesCheck,
  firstRunCheck,
  systemdCheck,
  sessionsCheck,
  processesCheck,
  clockCheck,
  storeCheck,
];
