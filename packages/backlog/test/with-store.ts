import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Backlog } from "../src/backlog.ts";
import type { TestStore } from "./stores.ts";

export interface OpenStore {
  readonly store: TestStore;
  readonly backlog: Backlog;
}

/** A store for the tests of one `describe`: there from the first test on, and empty before each. */
export function withStore(open: () => Promise<TestStore>): OpenStore {
  let opened: TestStore | undefined;
  const there = (): TestStore => {
    if (opened === undefined) throw new Error("the store is opened before the first test");
    return opened;
  };
  beforeAll(async () => {
    opened = await open();
  });
  beforeEach(() => there().clear());
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  return {
    get store() {
      return there();
    },
    get backlog() {
      return there().backlog;
    },
  };
}
