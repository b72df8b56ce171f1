import { AGENT_NAME_PATTERN } from "@mosaic/fleet-model";
import * as z from "zod";

export const SUPPORTED_VERSIONS = [1] as const;

/** The runtimes that need no declaration. */
export const BUILT_IN_RUNTIMES = ["claude", "codex", "pi", "opencode", "canary"] as const;

/** What the resolver fills in; the documentation and the JSON schema quote it. */
export const ROSTER_DEFAULTS = {
  transport: "tmux",
  holder_session: "_holder",
  working_directory: "~/src",
  class: "worker",
  persistent_persona: false,
  reset_between_tasks: false,
  yolo: true,
} as const;

// Values end up in env files and argument lists, one per line.
const SINGLE_LINE = /^(?! *$)[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$/;
const line = (): z.ZodString =>
  z.string().regex(SINGLE_LINE, { error: "expected text on one line, without control characters" });

const agentName = (): z.ZodString =>
  z.string().regex(AGENT_NAME_PATTERN, {
    error: "not an agent name: use 1 to 63 of a-z, 0-9, - and _, beginning with a letter or a digit",
  });

const runtimeName = (): z.ZodString =>
  z.string().regex(AGENT_NAME_PATTERN, {
    error: "not a runtime name: use 1 to 63 of a-z, 0-9, - and _, beginning with a letter or a digit",
  });

// A class becomes a file name, `roles/<class>.md`.
const personaClass = (): z.ZodString =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, {
    error: "not a class: use 1 to 63 letters, digits, - and _, beginning with a letter or a digit",
  });

// tmux turns `.` and `:` in a session name into `_`, after which an exact target misses it.
const sessionName = (): z.ZodString =>
  z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/, {
    error: "not a session name: use 1 to 63 letters, digits, - and _, not beginning with -",
  });

const SOCKET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/;
const SOCKET_NAME_ERROR =
  "not a tmux socket name: use 1 to 63 letters, digits, ., - and _ (a name for tmux -L, not a path)";
const socketName = (): z.ZodString => z.string().regex(SOCKET_NAME, { error: SOCKET_NAME_ERROR });
const socketNameOrEmpty = (): z.ZodString =>
  z.string().regex(/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})?$/, { error: SOCKET_NAME_ERROR });

const directory = (): z.ZodString =>
  z.string().regex(/^(?:~|(?:~\/|\/)[^\x00-\x1f\x7f-\x9f\u2028\u2029]*)$/, {
    error: "expected a directory that begins with / or ~/, on one line",
  });

const hostLabel = (): z.ZodString =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/, {
    error: "not a host label: use letters, digits, ., - and _, beginning with a letter or a digit",
  });

// A leading `-` would be an option of ssh.
const sshDestination = (): z.ZodString =>
  z.string().regex(/^[^-\s\x00-\x1f\x7f-\x9f][^\s\x00-\x1f\x7f-\x9f]*$/, {
    error: "not an ssh destination: write [user@]host, without spaces and not beginning with -",
  });

const variableName = (): z.ZodString =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: "not the name of an environment variable (the value stays out of the roster)",
  });

export const AgentSchema = z.strictObject({
  name: agentName().meta({
    description: "Unique. The tmux session, the service instance and the env file carry it.",
  }),
  runtime: runtimeName().meta({
    description: `${BUILT_IN_RUNTIMES.join(", ")}, or a key of \`runtimes\` with a \`command\`.`,
  }),
  class: personaClass()
    .meta({ description: "The persona the agent plays.", default: ROSTER_DEFAULTS.class })
    .exactOptional(),
  model_hint: line().meta({ description: "Becomes the runtime's model option." }).exactOptional(),
  working_directory: directory()
    .meta({
      description: "Where the agent works; absent means `defaults.working_directory`. `~` stays as written.",
    })
    .exactOptional(),
  alias: line().meta({ description: "A friendly name shown to people; never an address." }).exactOptional(),
  persistent_persona: z
    .boolean()
    .meta({
      description: "The persona outlives its tasks.",
      default: ROSTER_DEFAULTS.persistent_persona,
    })
    .exactOptional(),
  reset_between_tasks: z
    .boolean()
    .meta({
      description: "The runtime's reset command runs between two tasks.",
      default: ROSTER_DEFAULTS.reset_between_tasks,
    })
    .exactOptional(),
  yolo: z
    .boolean()
    .meta({
      description: "`false` launches without skipping permission prompts.",
      default: ROSTER_DEFAULTS.yolo,
    })
    .exactOptional(),
  command: line().meta({ description: "Replaces the whole launch command." }).exactOptional(),
  channels: z
    .array(line())
    .meta({
      description: "Given to the runtime as `--channels`, such as a chat plugin. Only claude has them.",
    })
    .exactOptional(),
  host: hostLabel().meta({ description: "The label of the host the agent lives on." }).exactOptional(),
  ssh: sshDestination().meta({ description: "The ssh destination of that host." }).exactOptional(),
  socket: socketName().meta({ description: "The tmux socket of the agent on that host." }).exactOptional(),
  reports_to: personaClass().meta({ description: "The class this seat reports to." }).exactOptional(),
});

export const RuntimeSchema = z.strictObject({
  reset_command: line()
    .meta({ description: "What clears the runtime's context, such as `/clear`." })
    .exactOptional(),
  command: line().meta({ description: "Starts the runtime; makes a custom runtime." }).exactOptional(),
  env: z
    .array(variableName())
    .meta({
      description:
        "Names of environment variables that agents of this runtime get from the environment in which the tmux server was started. Secrets may stand in the agent's env file instead.",
    })
    .exactOptional(),
});

const MatrixSchema = z.strictObject({
  homeserver_url: line().meta({ description: "The homeserver's base URL." }).exactOptional(),
  user_id: line().meta({ description: "The fleet's own user, `@fleet:example.org`." }).exactOptional(),
  room_id: line().meta({ description: "The room the fleet talks in." }).exactOptional(),
  allow: z
    .array(line())
    .meta({ description: "Full user ids whose messages reach the fleet." })
    .exactOptional(),
});

export const ConnectorSchema = z
  .object({
    kind: line().meta({ description: "`tmux`, `matrix`, or another connector's kind." }),
    matrix: MatrixSchema.meta({ description: "Where kind is `matrix`." }).exactOptional(),
  })
  // A map, as `roster-rules.ts` checks: a type of map would clash with that of `kind`.
  .catchall(z.unknown().meta({ description: "Where kind is `<kind>`: its own settings.", type: "object" }));

const TmuxSchema = z.strictObject({
  socket_name: socketNameOrEmpty()
    .meta({ description: "The tmux server's socket. Absent or empty means tmux's default server." })
    .exactOptional(),
  socketName: socketNameOrEmpty()
    .meta({ description: "Accepted in place of `socket_name`." })
    .exactOptional(),
  holder_session: sessionName()
    .meta({
      description: "Keeps the tmux server alive when no agent runs. No agent may be called this.",
      default: ROSTER_DEFAULTS.holder_session,
    })
    .exactOptional(),
});

/** The written shape of a roster. What spans several values is checked in `roster-rules.ts`. */
export const RosterSchema = z.strictObject({
  version: z
    .literal(SUPPORTED_VERSIONS)
    .meta({ description: `The version of this format: ${SUPPORTED_VERSIONS.join(", ")}.` }),
  transport: z
    .literal("tmux")
    .meta({ description: "How agents are reached.", default: ROSTER_DEFAULTS.transport })
    .exactOptional(),
  tenant_id: line()
    .meta({ description: "On every record that is emitted; absent means the OS user's name." })
    .exactOptional(),
  tmux: TmuxSchema.meta({ description: "The tmux server the fleet lives on." }).exactOptional(),
  defaults: z
    .strictObject({
      working_directory: directory()
        .meta({
          description:
            "Of every agent that names none. `~` is expanded when it is used, never when it is stored.",
          default: ROSTER_DEFAULTS.working_directory,
        })
        .exactOptional(),
    })
    .meta({ description: "What agents share." })
    .exactOptional(),
  runtimes: z
    .record(runtimeName(), RuntimeSchema)
    .meta({ description: "Settings of built-in runtimes, and custom runtimes." })
    .exactOptional(),
  agents: z
    .array(AgentSchema)
    .min(1, { error: "a roster has at least one agent" })
    .meta({ description: "The seats of the fleet, at least one." }),
  connector: ConnectorSchema.meta({
    description: "The human's channel to the orchestrator; absent means tmux.",
  }).exactOptional(),
});
