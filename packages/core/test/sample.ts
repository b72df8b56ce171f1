import { DEFAULT_IDLE_THRESHOLD_SECONDS, mosaicHome, type Heartbeat } from "@mosaic/fleet-model";
import type { Pane } from "@mosaic/fleet-commands/tmux";
import { parseRoster, type Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../src/context.ts";
import type { AgentFacts } from "../src/agent-facts.ts";

export const NOW = 1_800_000_000_000;
export const HOME = "/home/ada/.config/mosaic";

/** A world in which nothing can be done. */
export const sampleContext = (changes: Partial<FleetContext> = {}): FleetContext => ({
  home: mosaicHome(HOME),
  framework: "/framework",
  run: () => Promise.reject(new Error("a unit test runs no program")),
  now: () => NOW,
  newId: () => "00000000-0000-4000-8000-000000000000",
  host: "larch",
  user: "ada",
  userHome: "/home/ada",
  path: "/usr/bin:/bin",
  tmuxFolder: "",
  userUnits: "/home/ada/.config/systemd/user",
  runtimeFolder: undefined,
  unitEnvironment: { PATH: "/usr/bin:/bin" },
  program: ["/opt/node", "/opt/mosaic.js"],
  caller: undefined,
  pid: 1,
  idleThresholdSeconds: DEFAULT_IDLE_THRESHOLD_SECONDS,
  version: "0.1.0",
  store: { databaseUrl: undefined, dataDir: undefined, idleSeconds: 600, temporary: "/tmp" },
  ...changes,
});

/** A roster of canaries with these names. */
export const sampleRoster = (
  names: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Roster =>
  parseRoster(
    JSON.stringify({
      version: 1,
      tmux: { socket_name: "fleet" },
      agents: names.map((name) => ({ name, runtime: "canary" })),
      ...more,
    }),
    "sample",
    { tenantId: "ada" },
  );

/** A living agent that is idle. */
export const sampleAgent = (changes: Partial<AgentFacts> = {}): AgentFacts => ({
  name: "coder0",
  tenant_id: "ada",
  host: "larch",
  class: "code",
  runtime: "canary",
  alias: null,
  elsewhere: null,
  readiness: "available",
  rule: "the agent reports that it is idle",
  idle_seconds: 1,
  session: { id: "$1", created: NOW, ours: true },
  pane: {
    id: "%1",
    pid: 4242,
    dead: false,
    exit_status: null,
    exit_signal: null,
    in_mode: false,
    command: "node",
  },
  process: {
    command: "node /opt/mosaic.js yolo canary",
    resident_kib: 1024,
    declared: true,
    foreground: true,
  },
  heartbeat: {
    state: "idle",
    reason: null,
    age_ms: 10,
    since: NOW,
    interval_ms: 5_000,
    contract: null,
    current: true,
  },
  card: null,
  cards: [],
  unit: null,
  flags: [],
  remarks: [],
  ...changes,
});

export const samplePane = (changes: Partial<Pane> = {}): Pane => ({
  server: { pid: 7, startTime: 1 },
  sessionId: "$1",
  session: "coder0",
  group: "",
  sessionCreated: NOW / 1000,
  windowIndex: 0,
  paneIndex: 0,
  paneId: "%1",
  pid: 4242,
  dead: false,
  exitStatus: null,
  exitSignal: null,
  inMode: false,
  currentCommand: "node",
  lastActivity: NOW / 1000 - 10,
  mark: { home: HOME, launch: "" },
  ...changes,
});

export const sampleHeartbeat = (changes: Partial<Heartbeat> = {}): Heartbeat => ({
  version: 1,
  agent: "coder0",
  tenant_id: "ada",
  host: "larch",
  pid: 4242,
  runtime: "canary",
  session_id: null,
  state: "idle",
  reason: null,
  since: NOW - 20,
  ts: NOW - 10,
  interval: 5_000,
  contract: null,
  card: "card-7",
  ...changes,
});
