import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import type { Finding } from "./findings.ts";
import type { Observation } from "../observe.ts";

/** What checks look at. What several of them need is looked at once. */
export interface Evidence {
  /** Its programs end within a few seconds or fail. */
  readonly context: FleetContext;
  readonly env: NodeJS.ProcessEnv;
  /** The roster as its file says now. @throws as `loadRoster`. */
  readonly roster: () => Promise<Roster>;
  /** What runs. @throws as `observe`. */
  readonly observation: () => Promise<Observation>;
}

export interface Examined {
  readonly findings: readonly Finding[];
  /** What is so, in a few words. */
  readonly summary: string;
}

/** One part of the host or of the fleet that the doctor looks at. */
export interface Check {
  readonly name: string;
  readonly title: string;
  /** @throws {@link Unchecked}, or any error: then nothing is known of the subject. */
  examine(evidence: Evidence): Promise<Examined>;
}

/** A check in its two halves: `look` has the effects and changes nothing, `judge` and `sum` are pure. */
export function check<Facts>(o: {
  readonly name: string;
  readonly title: string;
  readonly look: (evidence: Evidence) => Promise<Facts>;
  readonly judge: (facts: Facts) => readonly Finding[];
  readonly sum: (facts: Facts) => string;
}): Check {
  return {
    name: o.name,
    title: o.title,
    async examine(evidence) {
      const facts = await o.look(evidence);
      return { findings: o.judge(facts), summary: o.sum(facts) };
    },
  };
}

/** A check waits for something that another check has found wrong: that finding is enough. */
export class Unchecked extends Error {}

/** The roster, for a check that has nothing to look at without one. @throws {@link Unchecked}. */
export async function rosterFor({ roster }: Evidence): Promise<Roster> {
  try {
    return await roster();
  } catch (cause) {
    throw new Unchecked("there is no roster that can be read", { cause });
  }
}
