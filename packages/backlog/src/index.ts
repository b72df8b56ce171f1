export {
  DEFAULT_CLAIM_TTL_SECONDS,
  DEFAULT_PAGE,
  MAX_PAGE,
  type Backlog,
  type BacklogIdentity,
  type BacklogRecord,
  type BacklogStats,
  type BoardColumn,
  type CardFilter,
  type CardPage,
  type ClaimRef,
  type ClaimRequest,
  type DoctorFinding,
  type DoctorReport,
  type ImportResult,
  type ReclaimedClaim,
  type ReclaimRequest,
} from "./backlog.ts";
export { CARD_STATUSES, type Card, type CardStatus, type Json, type NewCard } from "./card.ts";
export { maskedUrl } from "./connection.ts";
export { refuseForeign } from "./embedded-version.ts";
export { BACKLOG_ERROR_CODES, BacklogError, type BacklogErrorCode } from "./error.ts";
export { EVENT_KINDS, type BacklogEvent, type EventKind, type ReclaimProof } from "./event.ts";
export { lookAtServer } from "./look-at-server.ts";
export { MAIL_STATES, type Mail, type MailState, type NewMail } from "./mail.ts";
export { openEmbeddedBacklog, openServerBacklog, type EmbeddedOptions, type ServerOptions } from "./open.ts";
export { isBacklogOperation, type BacklogOperation } from "./requests.ts";
export { SPEND_KEYS, type NewSpend, type Spend, type SpendKey, type SpendSum } from "./spend.ts";
export { lookAtStore, stopStore } from "./store-control.ts";
export type { StartReport } from "./store-protocol.ts";
export { serveStore } from "./store-service.ts";
