export { AGENT_NAME_PATTERN, isAgentName, parseAgentName, type AgentName } from "./agent-name.ts";
export { fingerprint } from "./fingerprint.ts";
export { FleetError, MODEL_ERROR_CODES, ModelError, isFleetError } from "./error.ts";
export {
  HEARTBEAT_STATES,
  parseHeartbeat,
  serializeHeartbeat,
  type Heartbeat,
  type HeartbeatState,
} from "./heartbeat.ts";
export {
  CLAIMED,
  MESSAGE_ID_PATTERN,
  formatAddress,
  formatMessage,
  headerLabel,
  operatorLabel,
  parseMessage,
  senderLabel,
  type Address,
  type Message,
} from "./message.ts";
export { mosaicHome, type MosaicHome } from "./mosaic-home.ts";
export { nearest } from "./nearest.ts";
export {
  DEFAULT_IDLE_THRESHOLD_SECONDS,
  READINESS,
  STALE_AFTER_INTERVALS,
  classifyReadiness,
  heartbeatAge,
  type Readiness,
  type ReadinessFacts,
  type ReadinessVerdict,
} from "./readiness.ts";
export { RECEIPT_VERDICTS, type Receipt, type ReceiptVerdict } from "./receipt.ts";
export { sanitize } from "./sanitize.ts";
export { parseTurnEvents, serializeTurnEvent, type TurnEvent } from "./turn-event.ts";
