export type Severity = "error" | "warning" | "info";

/** What one kind of finding is. */
interface Kind {
  readonly severity: Severity;
  readonly meaning: string;
  /** What the operator does, where no finding says it more exactly. */
  readonly mend: string;
  /** What `--fix` does; absent where only a person can decide. */
  readonly fix?: string;
}

/** Every finding of the doctor. A code is never renamed; `docs/reference/doctor.md` is made from this table. */
export const FINDINGS = {
  AGENT_ENDED: {
    severity: "error",
    meaning: "The program of an agent has ended; its session keeps the last screen.",
    mend: "Read its last lines: mosaic agent tail <agent>; mend the cause, then: mosaic fleet start <agent>",
  },
  CHECK_UNKNOWN: {
    severity: "warning",
    meaning: "A check could not look, so nothing is known of its subject.",
    mend: "Mend what the message names, then run the doctor again.",
  },
  CLOCK_SKEW: {
    severity: "warning",
    meaning: "A heartbeat, its file or the tmux server is dated in the future: its age proves nothing.",
    mend: "Set this host's clock, and that of the file server: timedatectl set-ntp true",
  },
  CONTRACT_OUTDATED: {
    severity: "warning",
    meaning: "An agent runs with a contract that is composed differently now.",
    mend: "Restart the agent when it may lose its conversation: mosaic fleet restart <agent>",
  },
  CREDENTIALS_EXPOSED: {
    severity: "error",
    meaning: "Other users can read a file with credentials.",
    mend: "Take the right from them with chmod 600, and renew the credentials if others use this host.",
    fix: "Takes every right from group and others.",
  },
  DISK_FULL: {
    severity: "error",
    meaning: "The disk of the home or of the store has no space, or no inodes, left.",
    mend: "Free some space; look for what is large with: du -xh --max-depth=2",
  },
  DISK_LOW: {
    severity: "warning",
    meaning: "The disk of the home or of the store is nearly full.",
    mend: "Free some space; look for what is large with: du -xh --max-depth=2",
  },
  ENV_FILE_EXPOSED: {
    severity: "error",
    meaning: "Other users can read an agent's env file, where the operator's secrets may be.",
    mend: "Take the right from them with chmod 600, and renew the secrets if others use this host.",
    fix: "Takes every right from group and others.",
  },
  FIRST_RUN_OPEN: {
    severity: "info",
    meaning:
      "A runtime would ask on its first run in a seat's working directory, for example whether the folder is trusted.",
    mend: "Nothing has to be done: the launch answers it, for this folder only, and says so.",
    fix: "Writes the answer into the runtime's own configuration, for this folder only.",
  },
  FOLDER_NOT_WRITABLE: {
    severity: "error",
    meaning: "Your user cannot write where heartbeats, env files or locks go.",
    mend: "Give your user the folder, or run mosaic as its owner.",
    fix: "Gives the owner the rights to a folder of their own.",
  },
  HOLDER_FOREIGN: {
    severity: "error",
    meaning: "The holder session on the fleet's socket was not started by this home.",
    mend: "Name another tmux.socket_name or tmux.holder_session in the roster.",
  },
  HOME_HALF_SEEDED: {
    severity: "error",
    meaning: "A seed or an update of the home was interrupted: the framework in it is part old, part new.",
    mend: "mosaic update",
    fix: "Completes a first seed; what stands is left as it is. An interrupted update is completed by mosaic update.",
  },
  LINGER_OFF: {
    severity: "warning",
    meaning: "Lingering is off: the fleet ends at logout and does not start at boot.",
    mend: "loginctl enable-linger",
    fix: "Switches lingering on.",
  },
  LOCALE_NOT_UTF8: {
    severity: "warning",
    meaning: "No UTF-8 locale is set: what agents draw and print is garbled.",
    mend: "Set one in your shell's profile: export LANG=C.UTF-8",
  },
  NODE_TOO_OLD: {
    severity: "error",
    meaning: "The Node with which agents call `mosaic` is older than 22.18.",
    mend: "Install a newer Node, and run mosaic fleet doctor --fix with it.",
    fix: "Makes agents call `mosaic` with the Node that runs the doctor.",
  },
  PERSONA_BROKEN: {
    severity: "error",
    meaning: "The persona of a rostered class cannot be read, so its agents cannot be launched.",
    mend: "Correct the places named, or remove the override.",
  },
  PERSONA_MISSING: {
    severity: "warning",
    meaning: "A seat plays a class that has no persona: its agent is launched without a role.",
    mend: "Correct the class in the roster, or write its persona: mosaic fleet persona add CLASS",
  },
  PROCESS_SURVIVED: {
    severity: "warning",
    meaning: "The process of an agent was told to end with its session, and did not.",
    mend: "Look at it with ps, and end it by its process id.",
  },
  PS_MISSING: {
    severity: "error",
    meaning: "The `ps` of procps is missing: agents cannot be told from shells.",
    mend: "Install it: apt-get install procps (Debian).",
  },
  ROSTER_INVALID: {
    severity: "error",
    meaning: "The roster has mistakes.",
    mend: "Correct the places named; see docs/reference/roster.md.",
  },
  ROSTER_MISSING: {
    severity: "error",
    meaning: "The home has no roster.",
    mend: "Make one: mosaic fleet init --profile local-canary --write",
  },
  ROSTER_UNREADABLE: {
    severity: "error",
    meaning: "The roster cannot be read.",
    mend: "Give your user access to it.",
  },
  RUNTIME_BROKEN: {
    severity: "error",
    meaning: "A runtime's program is there and does not run.",
    mend: "Run it by hand to see what it says, and install it again.",
  },
  RUNTIME_CONFIG_INVALID: {
    severity: "error",
    meaning: "A runtime's own configuration cannot be read.",
    mend: "Mend the file, or move it away: the runtime then asks for its settings anew.",
  },
  RUNTIME_MISSING: {
    severity: "error",
    meaning: "A runtime's program is not on the PATH that its agents are started with.",
    mend: "Install it, or add its folder to that PATH.",
  },
  RUNTIME_NOT_LOGGED_IN: {
    severity: "error",
    meaning: "A runtime finds no credentials: it would wait at its login for ever, so it is not started.",
    mend: "Log in by hand, or put the key into the agent's env file.",
  },
  RUNTIME_TOO_OLD: {
    severity: "warning",
    meaning:
      "A runtime is older than the version that mosaic was tried with: its screen may be read wrongly.",
    mend: "Update the runtime.",
  },
  SERVER_IN_AGENT_UNIT: {
    severity: "error",
    meaning: "The tmux server lives in the unit of an agent: stopping that agent ends the whole fleet.",
    mend: "When the agents may stop: mosaic fleet down && mosaic fleet apply",
  },
  SERVICE_DOUBLED: {
    severity: "error",
    meaning: "Two services that must be alone serve one home: each knows nothing of what the other does.",
    mend: "End the one that should not be.",
  },
  SESSION_FOREIGN: {
    severity: "error",
    meaning: "A session with an agent's name runs that this home did not start.",
    mend: "Rename the seat, or end that session yourself if it is yours.",
  },
  SESSION_ORPHANED: {
    severity: "warning",
    meaning: "An agent of this home runs in a tmux server that the roster does not name.",
    mend: "Let it finish, or end it by the command named.",
  },
  SESSION_UNROSTERED: {
    severity: "warning",
    meaning: "This home started a session whose seat is no longer in the roster.",
    mend: "Stop it: mosaic fleet apply",
  },
  SHIM_BROKEN: {
    severity: "error",
    meaning: "Agents cannot call `mosaic`: its Node or its program is no longer where it was.",
    mend: "mosaic fleet doctor --fix",
    fix: "Makes agents call the `mosaic` that runs the doctor.",
  },
  SOCKET_PATH_TOO_LONG: {
    severity: "error",
    meaning: "The path of the tmux socket is longer than the system allows.",
    mend: "Set TMUX_TMPDIR to a folder with a shorter path, or shorten tmux.socket_name.",
  },
  SOCKET_SHARED: {
    severity: "warning",
    meaning: "Another Mosaic home keeps its agents on the same tmux server.",
    mend: "Give each home a tmux.socket_name of its own in its roster.",
  },
  STORE_DAMAGED: {
    severity: "error",
    meaning: "The embedded store's directory is no store, or one of another version.",
    mend: "Export it with the mosaic that wrote it, move the folder away, and import into a new one.",
  },
  STORE_EXPOSED: {
    severity: "error",
    meaning: "Other users can enter the folder of the embedded store.",
    mend: "Take the right from them with chmod 700.",
    fix: "Takes every right from group and others.",
  },
  STORE_UNREACHABLE: {
    severity: "error",
    meaning: "The store does not answer.",
    mend: "Start it, or correct its address.",
  },
  SYSTEMD_NONE: {
    severity: "info",
    meaning: "No systemd user manager answers: agents are started directly, and nothing starts them at boot.",
    mend: "Nothing has to be done. To survive a reboot, run on a host with a systemd user manager.",
  },
  TMUX_FORBIDDEN: {
    severity: "error",
    meaning: "The tmux server on the fleet's socket belongs to another user.",
    mend: "Run mosaic as that user, or name another tmux.socket_name in the roster.",
  },
  TMUX_MISSING: {
    severity: "error",
    meaning: "tmux is not installed, or not on PATH.",
    mend: "Install it: apt-get install tmux (Debian), brew install tmux (macOS).",
  },
  TMUX_TMPDIR_MISSING: {
    severity: "error",
    meaning: "TMUX_TMPDIR names a folder that is not there: tmux then uses another one and says nothing.",
    mend: "Make the folder, or unset TMUX_TMPDIR.",
  },
  TMUX_TOO_OLD: {
    severity: "error",
    meaning: "tmux is older than 3.2.",
    mend: "Install a newer tmux.",
  },
  UNIT_EDITED: {
    severity: "info",
    meaning: "A unit file of the fleet was edited by hand.",
    mend: "Settings belong into a file of another name in the unit's .d folder; mosaic fleet install keeps an edited file beside the one that ships.",
  },
  UNIT_FAILED: {
    severity: "error",
    meaning: "A unit of the fleet has failed, or has hit its start limit.",
    mend: "journalctl --user -u <unit> shows why; then mosaic fleet start <agent>",
  },
  UNIT_NOT_ENABLED: {
    severity: "warning",
    meaning: "The unit of a seat, or the holder's, is not enabled: it does not start at boot.",
    mend: "systemctl --user enable <unit>",
    fix: "Enables the unit.",
  },
  UNIT_NOT_RELOADED: {
    severity: "warning",
    meaning: "A unit file was changed and systemd has not read it since.",
    mend: "systemctl --user daemon-reload",
    fix: "Makes systemd read its unit files anew; what runs goes on.",
  },
  UNIT_STALE: {
    severity: "warning",
    meaning: "A unit file of the fleet is missing, or not the one that this version ships.",
    mend: "mosaic fleet install",
    fix: "Writes the files anew and makes systemd read them; what runs goes on. Not where one was edited by hand.",
  },
  UNIT_UNROSTERED: {
    severity: "warning",
    meaning: "A unit is enabled whose seat is no longer in the roster: at boot it tries to start an agent.",
    mend: "systemctl --user disable <unit>",
    fix: "Disables the unit.",
  },
  UNITS_FOREIGN: {
    severity: "info",
    meaning: "The user's units belong to another Mosaic home: agents of this one are started directly.",
    mend: "Nothing has to be done. mosaic fleet install --force takes the units over.",
  },
  UNITS_NOT_INSTALLED: {
    severity: "info",
    meaning: "A systemd user manager answers and the fleet has no units: nothing starts it at boot.",
    mend: "mosaic fleet install",
  },
  WORKDIR_MISSING: {
    severity: "error",
    meaning: "The working directory of a seat does not exist.",
    mend: "Make it with mkdir -p, or set working_directory in the roster.",
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingCode = keyof typeof FINDINGS;
