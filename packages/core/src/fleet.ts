import type { Backlog, Mail } from "@mosaic/fleet-backlog";
import type { Receipt } from "@mosaic/fleet-model";
import type { Argv } from "@mosaic/fleet-process";
import type { Roster } from "@mosaic/fleet-roster";
import type { ApplyOptions, Applying, Outcome } from "./apply.ts";
import type { ChosenManager } from "./manage/choose-manager.ts";
import type { FleetContext } from "./context.ts";
import type { CommsSheet, SeatContract } from "./contract.ts";
import type { Diagnosis, DoctorOptions } from "./doctor/doctor.ts";
import type { Explanation } from "./explain.ts";
import type { InstallOptions, Installed } from "./install.ts";
import type { FleetFactsOfHosts } from "./talk/hosts.ts";
import type { Library } from "./library.ts";
import type { Verb } from "./lifecycle.ts";
import type { PaneLog, Recorded } from "./talk/logs.ts";
import type { FleetFacts } from "./observe.ts";
import type { Action } from "./plan.ts";
import type { ProvisionedRoster, ProvisionRequest } from "./provision.ts";
import type { ResetOptions } from "./talk/reset.ts";
import type { ManagerKind } from "./manage/manager.ts";
import { lastGoodRoster, loadRoster } from "./roster-file.ts";
import type { Initialised } from "./init.ts";
import type { Configured, SeatChanges } from "./seats.ts";
import type { CourierOptions } from "./talk/courier.ts";
import type { TalkOptions } from "./talk/talk.ts";
import type { Store } from "./store/store-facts.ts";
import type { Verified } from "./verify.ts";
import type { Update } from "./update/update.ts";

/** One fleet: the roster of a Mosaic home and what runs of it. Every method reads the roster as it is at the call. */
export interface Fleet {
  /** @throws CoreError `ROSTER_MISSING`; RosterError `ROSTER_INVALID`. So does every method below. */
  roster(): Promise<Roster>;
  /**
   * A preset of the framework, as it would be or was written; see {@link readPreset} for what it throws.
   *
   * @throws CoreError `ROSTER_EXISTS` when it should write and a roster stands there.
   */
  init(preset: string, write: boolean): Promise<Initialised>;
  /** Personas and system types. */
  library(): Promise<Library>;
  /** A roster for a system type, as it would be or was written; see {@link provisionRoster} for what it throws. */
  provision(request: ProvisionRequest): Promise<ProvisionedRoster>;
  /** What is true now, joined per agent; of all of them when none is named. Read-only. */
  observe(agents?: readonly string[]): Promise<FleetFacts>;
  /** As {@link Fleet.observe}, with what the other hosts of the roster say of their own seats. Read-only. */
  observeHosts(): Promise<FleetFactsOfHosts>;
  /** What {@link Fleet.apply} would do. Read-only. */
  plan(): Promise<Action[]>;
  /** Makes what runs equal to the roster and waits until every agent it started is ready. */
  apply(options?: ApplyOptions): Promise<Outcome[]>;
  /** Starts, stops or restarts the named agents; all of them when none is named. */
  change(verb: Verb, agents: readonly string[], options?: ApplyOptions): Promise<Outcome[]>;
  /**
   * Stops everything this home started, the holder included. Where the roster does not parse, the last one that did
   * tells where it runs.
   */
  down(options?: ApplyOptions): Promise<Outcome[]>;
  /** Puts the fleet under the user's service manager; see {@link install} for what it throws. */
  install(options?: InstallOptions): Promise<Installed>;
  /**
   * Which manager starts and stops the agents, and why. Read-only.
   *
   * @throws CoreError `MANAGER_CONFLICT`, `MANAGER_UNAVAILABLE`.
   */
  manager(wanted?: ManagerKind): Promise<ChosenManager>;
  /** Adds a seat to the roster, lets it start at boot, and starts it unless told not to; see {@link addSeat}. */
  add(agent: string, seat: SeatChanges, start: boolean, options?: ApplyOptions): Promise<Outcome[]>;
  /** Stops an agent and takes it out of the roster; see {@link removeSeat}. */
  remove(agent: string, keepFiles: boolean, options?: ApplyOptions): Promise<Outcome[]>;
  /** Changes one seat in the roster; see {@link configureSeat}. */
  configure(agent: string, changes: SeatChanges): Promise<Configured>;
  /** Who is alive on this host, and who is not. Read-only. */
  verify(): Promise<Verified>;
  /** Every fact about one agent, with its source and age. Read-only. */
  explain(agent: string): Promise<Explanation>;
  /** What is wrong with the host and the fleet, and the mend of each. Needs no roster; never throws for what it finds. */
  doctor(options: DoctorOptions): Promise<Diagnosis>;
  /**
   * The system prompt that a seat is launched with: the named, else the calling one; else what all share.
   *
   * @throws CoreError `RUNTIME_UNKNOWN`, `AGENT_UNKNOWN`; PersonasError when the persona is broken.
   */
  contract(runtime: string, agent?: string): Promise<SeatContract>;
  /** How a seat talks to its peers; see {@link commsSheet} for what it throws. */
  commsSheet(role: string, host?: string): Promise<CommsSheet>;
  /** Sends one message to one agent, wherever it lives; see {@link talk} for what it throws. */
  send(agent: string, options: TalkOptions): Promise<Receipt>;
  /** The messages that wait for an agent, for the human (`operator`) or for everybody, and what became of earlier ones. */
  inbox(agent?: string, signal?: AbortSignal): Promise<Mail[]>;
  /** Delivers what waits in mailboxes; see {@link courier} for what it throws. */
  deliverMail(options: CourierOptions): Promise<void>;
  /** Clears an agent's context and waits for its word that it is clear; see {@link reset} for what it throws. */
  reset(agent: string, options?: ResetOptions): Promise<void>;
  /** The last lines of the agent's pane; see {@link tail} for what it throws. */
  tail(agent: string, lines: number): Promise<string[]>;
  /** What the agent's pane printed, to be read; see {@link paneLog} for what it throws. */
  logs(agent: string, lines: number): Promise<PaneLog>;
  /** What it printed byte for byte; see {@link paneRecording} for what it throws. */
  recording(agent: string): Promise<Recorded>;
  /** The program that shows the agent read-only in this terminal. */
  watchCommand(agent: string): Promise<Argv>;
  /** The program that hands this terminal to the agent. */
  attachCommand(agent: string): Promise<Argv>;
  /**
   * The cards: on the server that `DATABASE_URL` names, else in the embedded store through its service, which is started
   * when none runs. Open until it is disposed of.
   *
   * @throws BacklogError `BACKLOG_STORE_*`.
   */
  backlog(signal?: AbortSignal): Promise<Backlog>;
  /** The store itself. Starts nothing. */
  store(): Promise<Store>;
  /** The command line itself and the framework in the home. */
  update(): Promise<Update>;
}

/** Each method loads its part when it is first called: what `observe` needs does not wait for what `send` needs. */
export function openFleet(context: FleetContext): Fleet {
  const roster = (): Promise<Roster> => loadRoster(context);
  const applying = async (options: ApplyOptions = {}, given?: Roster): Promise<Applying> => {
    const { managerOf } = await import("./manage/manager-of.ts");
    const known = given ?? (await roster());
    return { ...options, context, manager: await managerOf(context, known, options), roster: known };
  };
  const facts = async (names: readonly string[] = []): Promise<FleetFacts> =>
    (await import("./observe-fleet.ts")).observeFleet(context, await roster(), names);
  return {
    roster,
    init: async (preset, write) => (await import("./init.ts")).init(context, preset, write),
    observe: facts,
    observeHosts: async () => (await import("./talk/hosts.ts")).observeHosts(context, await roster()),
    library: async () => (await import("./library.ts")).openLibrary(context),
    provision: async (request) => (await import("./provision.ts")).provisionRoster(context, request),
    plan: async () => {
      const [seats, now] = [await roster(), await facts()];
      const { unlaunchableSeats } = await import("./launch/unlaunchable.ts");
      const { requireNoneLeft, socketsOf } = await import("./manage/used-sockets.ts");
      requireNoneLeft(seats, socketsOf(now));
      const against = await unlaunchableSeats(context, seats);
      return (await import("./plan.ts")).plan(seats, now, against);
    },
    apply: async (options) => (await import("./apply.ts")).apply(await applying(options)),
    change: async (verb, agents, options) =>
      (await import("./lifecycle.ts")).lifecycle(await applying(options), verb, agents),
    down: async (options) => {
      const { roster: known, broken } = await lastGoodRoster(context);
      const note = broken ? "the roster does not parse: this follows the last one that did" : undefined;
      return (await import("./lifecycle.ts")).down(await applying(options, known), note);
    },
    install: async (options) => (await import("./install.ts")).install(context, await roster(), options),
    manager: async (wanted) =>
      (await import("./manage/choose-manager.ts")).chooseManager(context, await roster(), wanted),
    add: async (agent, seat, start, options) =>
      (await import("./add-seat.ts")).addAndStart(context, agent, seat, start, (given) =>
        applying(options, given),
      ),
    remove: async (agent, keepFiles, options) =>
      (await import("./seats.ts")).removeSeat(await applying(options), agent, keepFiles),
    configure: async (agent, changes) => (await import("./seats.ts")).configureSeat(context, agent, changes),
    verify: async () => {
      const [seats, now] = [await roster(), await facts()];
      return (await import("./verify.ts")).verify(seats, now.agents);
    },
    explain: async (agent) => (await import("./explain.ts")).explain(context, await roster(), agent),
    doctor: async (options) => (await import("./doctor/doctor.ts")).doctor(context, options),
    contract: async (runtime, agent) =>
      (await import("./contract.ts")).contractFor(context, roster, runtime, agent),
    commsSheet: async (role, host) => (await import("./contract.ts")).commsSheet(context, roster, role, host),
    send: async (agent, options) =>
      (await import("./talk/talk.ts")).talk(context, await roster(), agent, options),
    inbox: async (agent, signal) => {
      const { inboxOf } = await import("./talk/mailbox.ts");
      await using backlog = await (await import("./store/backlog.ts")).openBacklog(context, signal);
      return await inboxOf(context, await roster(), backlog, agent);
    },
    deliverMail: async (options) => (await import("./talk/courier.ts")).courier(context, options),
    reset: async (agent, options) =>
      (await import("./talk/reset.ts")).reset(context, await roster(), agent, options),
    tail: async (agent, lines) =>
      (await import("./talk/tail.ts")).tail(context, await roster(), agent, lines),
    logs: async (agent, lines) =>
      (await import("./talk/logs.ts")).paneLog(context, await roster(), agent, lines),
    recording: async (agent) =>
      (await import("./talk/logs.ts")).paneRecording(context, await roster(), agent),
    watchCommand: async (agent) =>
      (await import("./talk/watch.ts")).watchCommand(context, await roster(), agent),
    attachCommand: async (agent) =>
      (await import("./talk/watch.ts")).attachCommand(context, await roster(), agent),
    backlog: async (signal) => (await import("./store/backlog.ts")).openBacklog(context, signal),
    store: async () => (await import("./store/store-facts.ts")).openStore(context),
    update: async () => (await import("./update/update.ts")).openUpdate(context),
  };
}
