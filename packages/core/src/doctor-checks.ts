import type { Check } from "./doctor-check.ts";
import { clockCheck } from "./doctor-clock.ts";
import { diskCheck } from "./doctor-disk.ts";
import { filesCheck } from "./doctor-files.ts";
import { firstRunCheck } from "./doctor-first-run.ts";
import { localeCheck } from "./doctor-locale.ts";
import { processesCheck } from "./doctor-processes.ts";
import { rosterCheck } from "./doctor-roster.ts";
import { runtimesCheck } from "./doctor-runtimes.ts";
import { sessionsCheck } from "./doctor-sessions.ts";
import { shimCheck } from "./doctor-shim.ts";
import { storeCheck } from "./doctor-store.ts";
import { systemdCheck } from "./doctor-systemd.ts";
import { tmuxCheck } from "./doctor-tmux.ts";

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
