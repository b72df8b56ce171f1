/** What an exit code promises to a script. A code is never given another meaning. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  invalid: 3,
  notFound: 4,
  conflict: 5,
  unavailable: 6,
  unknown: 7,
  interrupted: 130,
} as const;

const BY_CODE: Readonly<Record<string, number>> = {
  AGENT_NAME_INVALID: EXIT.usage,
  AGENT_UNKNOWN: EXIT.notFound,
  CANARY_NEEDS_TTY: EXIT.usage,
  LOCK_HELD: EXIT.conflict,
  MESSAGE_INVALID: EXIT.usage,
  NAME_INVALID: EXIT.usage,
  PERSONA_EXISTS: EXIT.conflict,
  PERSONA_INVALID: EXIT.invalid,
  PERSONA_UNKNOWN: EXIT.notFound,
  PRESET_FLOOR: EXIT.invalid,
  PRESET_UNKNOWN: EXIT.notFound,
  PROCESS_NOT_FOUND: EXIT.unavailable,
  PROCESS_TIMEOUT: EXIT.unavailable,
  PROFILE_EXISTS: EXIT.conflict,
  PROFILE_INVALID: EXIT.invalid,
  PROFILE_UNKNOWN: EXIT.notFound,
  PS_FAILED: EXIT.unavailable,
  ROSTER_AGENT_EXISTS: EXIT.conflict,
  ROSTER_AGENT_UNKNOWN: EXIT.notFound,
  ROSTER_EDIT_UNSUPPORTED: EXIT.invalid,
  ROSTER_EXISTS: EXIT.conflict,
  ROSTER_INVALID: EXIT.invalid,
  ROSTER_MISSING: EXIT.notFound,
  ROSTER_TOO_LARGE: EXIT.invalid,
  RUNTIME_RULE_INVALID: EXIT.usage,
  RUNTIME_UNKNOWN: EXIT.notFound,
  SESSION_FOREIGN: EXIT.conflict,
  USAGE: EXIT.usage,
  TMUX_FAILED: EXIT.unavailable,
  TMUX_FORBIDDEN: EXIT.unavailable,
};

/** The exit code of an error's code; 1 for one that has no promise of its own. */
export const exitCodeOf = (code: string): number => BY_CODE[code] ?? EXIT.failed;
