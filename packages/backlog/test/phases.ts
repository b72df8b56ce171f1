import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimCard } from "../src/claim-card.ts";
import { listCards } from "../src/look.ts";
import { first, type Session } from "../src/session.ts";
import { identity, type TestStore } from "./stores.ts";

const CARDS = 3_000;
const PAGE = 5;

/** After an import, what is asked of one phase costs the same however many cards other phases have. */
export function phases(name: string, open: () => Promise<TestStore>): void {
  describe(`a phase in ${name}`, () => {
    let store: TestStore;
    beforeAll(async () => {
      store = await open();
      // Those of the last phase come last.
      await store.backlog.import(
        Array.from({ length: CARDS }, (_, n) => ({
          id: `c${String(n).padStart(5, "0")}`,
          title: "T",
          phase: `p${String(Math.floor(n / 1000))}`,
        })),
      );
    });
    afterAll(async () => {
      await store[Symbol.asyncDispose]();
    });

    const rowsSoFar = async (session: Session): Promise<number> => {
      const rows = await first<number>(
        session,
        sql`select (seq_tup_read + idx_tup_fetch)::text from pg_stat_xact_user_tables where relname = 'backlog_card'`,
      );
      return rows ?? Number.NaN;
    };
    /** How many rows of cards are read meanwhile. */
    const rowsRead = async (work: (session: Session) => Promise<unknown>): Promise<number> =>
      store.driver.transaction(async (session) => {
        const before = await rowsSoFar(session);
        await work(session);
        return (await rowsSoFar(session)) - before;
      });

    test.for(["p2", "none"])("a claim in %s passes over no card of another phase", async (phase) => {
      const request = { owner: "coder", phase };
      const read = await rowsRead((session) => claimCard({ ...store.driver, ...session }, identity, request));
      expect(read).toBeLessThan(PAGE);
    });

    test.for(["p2", "none"])("a list of %s reads no card of another phase", async (phase) => {
      const read = await rowsRead(async (session) => {
        const { cards } = await listCards(session, { phase, limit: PAGE });
        expect(cards).toHaveLength(phase === "none" ? 0 : PAGE);
      });
      expect(read).toBeLessThan(3 * PAGE);
    });

    test("a list of what can be claimed reads no more cards than it has", async () => {
      const read = await rowsRead(async (session) => {
        const { cards } = await listCards(session, { ready_only: true, limit: PAGE });
        expect(cards).toHaveLength(PAGE);
      });
      expect(read).toBeLessThan(3 * PAGE);
    });
  });
}
