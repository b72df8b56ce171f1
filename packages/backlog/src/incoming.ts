import { refuse } from "./check.ts";
import type { Edge } from "./graph.ts";
import { recordProblems, toRecord } from "./record.ts";
import { openSpool, type Spool } from "./spool.ts";

/** An import that has been read and checked to its end. Each spool holds the JSON of a record per line. */
export interface Incoming extends AsyncDisposable {
  /** One that says no time has its place among these, from 1. */
  readonly cards: Spool;
  readonly events: Spool;
  readonly mail: Spool;
  readonly spend: Spool;
  readonly edges: readonly Edge[];
  /** How many cards, messages and entries of spend there are; of two cards with one id both count. */
  readonly count: number;
  /** How many cards say no time. */
  readonly timeless: number;
  /** The highest number of an event; 0 when there is none. */
  readonly lastSeq: number;
}

/** As many as a person will look at. */
const MAX_PROBLEMS = 1_000;

/** @throws {@link BacklogError} `BACKLOG_INVALID`, naming the lines that are wrong. */
export async function readIncoming(lines: Iterable<unknown> | AsyncIterable<unknown>): Promise<Incoming> {
  await using opened = new AsyncDisposableStack();
  const spool = async (): Promise<Spool> => opened.use(await openSpool());
  const [cards, events, mail, spend] = [await spool(), await spool(), await spool(), await spool()];
  const ids = new Set<string>();
  const edges: Edge[] = [];
  const wrong: string[] = [];
  let [line, count, timeless, lastSeq] = [0, 0, 0, 0];
  for await (const value of lines) {
    line++;
    if (value === "") continue;
    const found = recordProblems(value).map((problem) => `line ${String(line)}: ${problem}`);
    wrong.push(...found);
    if (wrong.length > MAX_PROBLEMS) break;
    if (found.length > 0) continue;
    const record = toRecord(value);
    if (record.kind === "event") {
      lastSeq = Math.max(lastSeq, record.event.seq);
      await events.write(JSON.stringify(record.event));
      continue;
    }
    count++;
    if (record.kind === "mail") await mail.write(JSON.stringify(record.mail));
    else if (record.kind === "spend") await spend.write(JSON.stringify(record.spend));
    else if (!ids.has(record.card.id)) {
      // Of two lines with one id the first is taken.
      const { id, depends_on = [] } = record.card;
      ids.add(id);
      for (const to of new Set(depends_on)) edges.push({ from: id, to });
      const place = record.card.created_at === undefined ? { place: ++timeless } : {};
      await cards.write(JSON.stringify({ ...record.card, ...place }));
    }
  }
  refuse("import", wrong);
  const kept = opened.move();
  return {
    ...{ cards, events, mail, spend, edges, count, timeless, lastSeq },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
