export { addAgent, configureAgent, removeAgent, type AgentChanges } from "./edit-agent.ts";
export { ROSTER_ERROR_CODES, RosterError, type RosterErrorCode, type RosterProblem } from "./error.ts";
export { parseRoster } from "./parse-roster.ts";
export { rosterJsonSchema } from "./roster-json-schema.ts";
export { rosterReference } from "./roster-reference.ts";
export type { Agent, Connector, Roster, Runtime, WrittenAgent, WrittenRoster } from "./roster.ts";
export { BUILT_IN_RUNTIMES } from "./schema.ts";
export { serializeRoster } from "./serialize-roster.ts";
export { tooDeep } from "./too-deep.ts";
