import type { RuntimeAdapter, ScreenState } from "./runtime-adapter.ts";
import { CANARY } from "./runtime-canary.ts";
import { CLAUDE } from "./runtime-claude.ts";
import { CODEX } from "./runtime-codex.ts";
import { OPENCODE } from "./runtime-opencode.ts";
import { PI } from "./runtime-pi.ts";

export { NO_SCREEN } from "./runtime-adapter.ts";
export { CANARY } from "./runtime-canary.ts";
export { EXEC_PROCESS } from "./runtime-process.ts";
export type {
  Conversation,
  RuntimeAdapter,
  RuntimeCall,
  RuntimeProgram,
  RuntimeStart,
  ScreenState,
} from "./runtime-adapter.ts";

/** The runtimes whose screens and reports are known. Without a prototype: `constructor` is not a runtime. */
export const RUNTIMES: Readonly<Record<string, RuntimeAdapter>> = Object.assign(
  Object.create(null) as Record<string, RuntimeAdapter>, // The lib types an object without prototype as any.
  { canary: CANARY, claude: CLAUDE, codex: CODEX, opencode: OPENCODE, pi: PI },
);

/** Reads the composer or the dialog off a captured screen. */
export const readScreen = (adapter: RuntimeAdapter, screen: string): ScreenState => adapter.look(screen);
