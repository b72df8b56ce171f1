export type {
  Backlog,
  BacklogStats,
  BoardColumn,
  Card,
  DoctorReport,
  Json,
  Mail,
  NewCard,
} from "@mosaic/fleet-backlog";
export { claimWaiting } from "./store/claim-waiting.ts";
export { newLines } from "./talk/new-lines.ts";
export type { AgentFacts, Flag } from "./agent-facts.ts";
export type { ApplyOptions, Outcome } from "./apply.ts";
export type { ChosenManager } from "./manage/choose-manager.ts";
export type { FleetContext, StoreSettings } from "./context.ts";
export type { CommsSheet, SeatContract } from "./contract.ts";
export type { DiagnosedCheck, DiagnosedFinding, Diagnosis, DoctorOptions } from "./doctor/doctor.ts";
export { CORE_ERROR_CODES, CoreError } from "./error.ts";
export type { ExplainedFact, Explanation } from "./explain.ts";
export { fleetContext, type ContextOptions } from "./fleet-context.ts";
export { openFleet, type Fleet } from "./fleet.ts";
export type { ManagerKind } from "./manage/manager.ts";
export type { InstallOptions, Installed } from "./install.ts";
export type { Library, PersonaDiff } from "./library.ts";
export type { Verb } from "./lifecycle.ts";
export type { UnitChange } from "./manage/units.ts";
export type { FleetFactsOfHosts, HostFacts } from "./talk/hosts.ts";
export type { FleetFacts, UnmanagedSession } from "./observe.ts";
export type { Action } from "./plan.ts";
export type { ProvisionedRoster, ProvisionRequest } from "./provision.ts";
export type { SeatChanges } from "./seats.ts";
export type { Handed } from "./talk/mail-delivery.ts";
export type { SeedEffect } from "./update/seed-plan.ts";
export type { Store, StoreFacts } from "./store/store-facts.ts";
export type { HomeUpdate, Update } from "./update/update.ts";
