export { PROCESS_ERROR_CODES, ProcessError } from "./error.ts";
export { startCompanion } from "./companion.ts";
export { startDetached } from "./detached.ts";
export { runInteractive } from "./interactive.ts";
export { replaceProcess } from "./replace.ts";
export { createRun, type Argv, type Run, type RunOptions, type RunResult } from "./run.ts";
