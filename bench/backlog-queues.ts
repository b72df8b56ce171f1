import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Logger, makeWorkerUtils, run as runGraphile } from "graphile-worker";
import { PgBoss } from "pg-boss";
import { BARE_CLAIM, BARE_COMPLETE } from "./backlog-bare.ts";
import { parseConnection } from "../packages/backlog/src/connection.ts";
import { migrate } from "../packages/backlog/src/migrate.ts";
import { openServerBacklog } from "../packages/backlog/src/open.ts";
import { serverDriver } from "../packages/backlog/src/server-driver.ts";
import { identity, makeCards } from "./backlog-cards.ts";

/** `claim` takes work and keeps it; `work` takes it and finishes it, one after the other. */
export type Job = "claim" | "work";

/** One worker with one connection. It ends with its process. */
export interface Worker {
  /** Does one job after the other until the signal, and returns how many. @throws When there is none left. */
  readonly run: (job: Job, signal: AbortSignal) => Promise<number>;
}

export interface Queue {
  readonly jobs: readonly Job[];
  /** Makes the schema and the jobs in an empty database. */
  readonly fill: (url: string, count: number) => Promise<void>;
  readonly open: (url: string, name: string) => Promise<Worker>;
}

const TITLE = "Parse the header and say what is wrong with it";
const NAME = "cards";
const BATCH = 5_000;

/** A worker that asks for each job. */
const asking = (
  take: () => Promise<string | undefined>,
  finish: (id: string) => Promise<unknown>,
): Worker => ({
  async run(job, signal) {
    let count = 0;
    for (; !signal.aborted; count++) {
      const id = await take();
      if (id === undefined) throw new Error("there were too few jobs for the time");
      if (job === "work") await finish(id);
    }
    return count;
  },
});

const mosaic: Queue = {
  jobs: ["claim", "work"],
  async fill(url, count) {
    await using driver = serverDriver(parseConnection(url), 1);
    await migrate(driver);
    await makeCards(driver, { count });
  },
  async open(url, owner) {
    const backlog = await openServerBacklog({ url, poolSize: 1, ...identity });
    const fences = new Map<string, number>();
    return asking(
      async () => {
        const card = await backlog.claim({ owner, claim_token: randomUUID() });
        if (card !== null) fences.set(card.id, card.fence);
        return card?.id;
      },
      (id) => backlog.complete({ id, fence: fences.get(id) ?? 0 }),
    );
  },
};

/** What a client in JavaScript can reach: the least that is asked of the server, by the driver that mosaic has. */
const bare: Queue = {
  jobs: ["claim", "work"],
  fill: mosaic.fill,
  open(url) {
    const driver = serverDriver(parseConnection(url), 1);
    const worker = asking(
      async () => (await driver.query<string>({ sql: BARE_CLAIM, params: [] }))[0],
      (id) => driver.query({ sql: `${BARE_COMPLETE} $1`, params: [id] }),
    );
    return Promise.resolve(worker);
  },
};

const pgBoss: Queue = {
  jobs: ["claim", "work"],
  async fill(url, count) {
    const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
    await boss.start();
    await boss.createQueue(NAME);
    for (let made = 0; made < count; made += BATCH)
      await boss.insert(
        NAME,
        Array.from({ length: Math.min(BATCH, count - made) }, () => ({ data: { title: TITLE } })),
      );
    await boss.stop();
  },
  async open(url) {
    const boss = new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false });
    await boss.start();
    return asking(
      async () => (await boss.fetch(NAME))[0]?.id,
      (id) => boss.complete(NAME, id),
    );
  },
};

const silent = new Logger(() => () => undefined);

/** It calls the worker, not the other way round: work that is taken is finished. */
const graphile = (batched: boolean): Queue => ({
  jobs: ["work"],
  async fill(url, count) {
    const utils = await makeWorkerUtils({ connectionString: url, logger: silent });
    await utils.migrate();
    for (let made = 0; made < count; made += BATCH)
      await utils.addJobs(
        Array.from({ length: Math.min(BATCH, count - made) }, () => ({
          identifier: NAME,
          payload: { title: TITLE },
        })),
      );
    await utils.release();
  },
  async open(connectionString) {
    let done = 0;
    // The next job waits while nobody measures.
    let gate = Promise.withResolvers<undefined>();
    // One connection of the two listens for new jobs.
    const worker = { concurrentJobs: 1, maxPoolSize: 2, connectionString, logger: silent };
    const batches = batched ? { localQueue: { size: 500 }, completeJobBatchDelay: 0 } : {};
    await runGraphile({
      preset: { worker: { ...worker, ...batches } },
      noHandleSignals: true,
      taskList: {
        async [NAME]() {
          await gate.promise;
          done++;
        },
      },
    });
    return {
      async run(_job, signal) {
        const before = done;
        gate.resolve(undefined);
        await once(signal, "abort");
        gate = Promise.withResolvers();
        return done - before;
      },
    };
  },
});

export const QUEUES: Readonly<Record<string, Queue>> = {
  mosaic,
  "the bare statements, mosaic's driver": bare,
  "pg-boss": pgBoss,
  "graphile-worker": graphile(false),
  "graphile-worker, batches of 500": graphile(true),
};
