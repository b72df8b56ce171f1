import { readdir, readFile, stat } from "node:fs/promises";
import { parseHeartbeat, STALE_AFTER_INTERVALS } from "@mosaic/fleet-model";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";

/** Times of one thing, in milliseconds since the epoch. */
interface Stamp {
  readonly subject: string;
  readonly at: number;
  /** How far ahead of us it may be: what is written while we look is. */
  readonly toleranceMs: number;
}

interface Clock {
  readonly now: number;
  readonly stamps: readonly Stamp[];
}

const TOLERANCE_MS = 5_000;

const judgeClock = ({ now, stamps }: Clock): Finding[] =>
  stamps
    .filter(({ at, toleranceMs }) => at - now > toleranceMs)
    .map(({ subject, at }) =>
      finding(
        "CLOCK_SKEW",
        subject,
        `${subject} is dated ${String(Math.round((at - now) / 1000))} s in the future`,
      ),
    );

async function lookAtClock(evidence: Evidence): Promise<Clock> {
  const { home, now } = evidence.context;
  const names = (await readdir(home.run).catch(() => [])).filter((name) => name.endsWith(".hb"));
  const beats = names.map(async (name): Promise<Stamp[]> => {
    const path = `${home.run}/${name}`;
    try {
      const [{ ts, interval }, { mtimeMs }] = [
        parseHeartbeat(await readFile(path, "utf8")),
        await stat(path),
      ];
      const toleranceMs = Math.max(TOLERANCE_MS, STALE_AFTER_INTERVALS * interval);
      return [
        { subject: `the heartbeat of ${name.slice(0, -".hb".length)}`, at: ts, toleranceMs },
        // By the clock of whoever keeps the file.
        { subject: `the file ${path}`, at: mtimeMs, toleranceMs },
      ];
    } catch {
      // No report that can be read says nothing of its clock; `fleet ps` shows the agent as unknown.
      return [];
    }
  });
  const started = await evidence.observation().then(
    ({ panes }) => panes[0]?.server.startTime,
    () => undefined,
  );
  const server =
    started === undefined
      ? []
      : [{ subject: "the start of the tmux server", at: 1000 * started, toleranceMs: TOLERANCE_MS }];
  return { stamps: [...(await Promise.all(beats)).flat(), ...server], now: now() };
}

export const clockCheck = check({
  name: "clock",
  title: "Clock",
  look: lookAtClock,
  judge: judgeClock,
  sum: ({ now }) => new Date(now).toISOString(),
});
