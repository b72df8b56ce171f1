import { describe } from "vitest";
import { cards } from "./contract-cards.ts";
import { claims } from "./contract-claims.ts";
import { finishing } from "./contract-finishing.ts";
import { heldClaims } from "./contract-held-claims.ts";
import { looking } from "./contract-looking.ts";
import { largeImports } from "./contract-large-imports.ts";
import { mailAndSpend } from "./contract-mail-and-spend.ts";
import { moving } from "./contract-moving.ts";
import { subject } from "./contract-subject.ts";
import { upkeep } from "./contract-upkeep.ts";
import type { TestStore } from "./stores.ts";

/** What both stores do. */
export function contract(name: string, open: () => Promise<TestStore>): void {
  describe(`a backlog on ${name}`, () => {
    const on = subject(open);
    for (const part of [
      cards,
      claims,
      heldClaims,
      finishing,
      looking,
      upkeep,
      moving,
      largeImports,
      mailAndSpend,
    ])
      part(on);
  });
}
