import { randomInt } from "node:crypto";
import type { Backlog, BacklogIdentity } from "./backlog.ts";
import { boardOf } from "./board.ts";
import { claimCard } from "./claim-card.ts";
import { readCard } from "./card-row.ts";
import { createCard } from "./create-card.ts";
import { examine } from "./doctor.ts";
import { exportRecords } from "./export-records.ts";
import { blockCard, completeCard, reopenCard, unblockCard } from "./finish-card.ts";
import { linkCards, unlinkCards } from "./graph.ts";
import { reclaimClaims, releaseClaim, renewClaim } from "./hold-card.ts";
import { importRecords } from "./import-records.ts";
import { recordSpend, sumSpend } from "./ledger.ts";
import { backlogStats, listCards, listEvents } from "./look.ts";
import { expireQueued, listMail, postMail, settleMail } from "./mailbox.ts";
import { checkRequest, type BacklogOperation } from "./requests.ts";
import { forgetOld } from "./retention.ts";
import type { Driver } from "./session.ts";
import { storeError } from "./store-error.ts";

/** The operations on a store that has been migrated. @param address - The store's, without a password, for messages. */
export function createBacklog(driver: Driver, identity: BacklogIdentity, address: string): Backlog {
  const inOurWords = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeError(error, address);
    }
  };
  /** Checks the request, runs the operation, and says the store's trouble in our words. */
  const on =
    <Request, T>(operation: BacklogOperation, work: (request: Request) => Promise<T>) =>
    async (request: Request): Promise<T> => {
      checkRequest(operation, request);
      return inOurWords(() => work(request));
    };
  return {
    store: driver.store,
    create: on("create", (card) => createCard(driver, identity, card)),
    show: on("show", ({ id }) => readCard(driver, id)),
    list: on("list", (request = {}) => listCards(driver, request)),
    board: on("board", (request) => boardOf(driver, request)),
    claim: on("claim", (request) => claimCard(driver, identity, request)),
    renew: on("renew", (request) => renewClaim(driver, request)),
    release: on("release", (request) => releaseClaim(driver, identity, request)),
    reclaim: on("reclaim", async (request = {}) => ({
      reclaimed: await reclaimClaims(driver, identity, request),
    })),
    complete: on("complete", (request) => completeCard(driver, identity, request)),
    reopen: on("reopen", ({ id }) => reopenCard(driver, identity, id)),
    block: on("block", (request) => blockCard(driver, identity, request)),
    unblock: on("unblock", ({ id }) => unblockCard(driver, identity, id)),
    link: on("link", (edge) => linkCards(driver, identity, edge)),
    unlink: on("unlink", (edge) => unlinkCards(driver, identity, edge)),
    stats: () => inOurWords(() => backlogStats(driver)),
    events: on("events", (request = {}) => listEvents(driver, request)),
    prune: on("prune", (request) => forgetOld(driver, request)),
    doctor: on("doctor", (request = {}) =>
      examine(driver, identity, { ...request, nonce: randomInt(2 ** 47) }),
    ),
    import: (records) => inOurWords(() => importRecords(driver, identity, records)),
    async *export() {
      try {
        yield* exportRecords(driver);
      } catch (error) {
        throw storeError(error, address);
      }
    },
    post: on("post", (mail) => postMail(driver, identity, mail)),
    mail: on("mail", (request = {}) => listMail(driver, request)),
    settle: on("settle", (request) => settleMail(driver, request)),
    expireMail: async () => ({ mail: await inOurWords(() => expireQueued(driver)) }),
    spend: on("spend", (entry) => recordSpend(driver, identity, entry)),
    spent: on("spent", async (request) => ({ sums: await sumSpend(driver, request) })),
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}
