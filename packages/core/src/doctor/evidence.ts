import { parseRoster, type Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import type { Evidence } from "./check.ts";
import { CoreError } from "../error.ts";
import { readIfPresent } from "../files.ts";
import { observe } from "../observe.ts";

/** How long one program may take, in milliseconds. */
const PROGRAM_TIMEOUT_MS = 5_000;

export function gatherEvidence(given: FleetContext, env: NodeJS.ProcessEnv): Evidence {
  const context: FleetContext = {
    ...given,
    run: (argv, options) => given.run(argv, { timeoutMs: PROGRAM_TIMEOUT_MS, ...options }),
  };
  const roster = once(() => readRoster(context));
  return {
    context,
    env,
    roster,
    observation: once(async () => observe(context, await roster())),
  };
}

/** A promise that several checks wait for. That it fails is told by those that do. */
function once<T>(look: () => Promise<T>): () => Promise<T> {
  let looked: Promise<T> | undefined;
  return () => (looked ??= look());
}

/** As `loadRoster`, which writes a cache: the doctor writes nothing. */
async function readRoster({ home, user }: FleetContext): Promise<Roster> {
  const text = await readIfPresent(home.roster);
  if (text !== undefined) return parseRoster(text, home.roster, { tenantId: user });
  throw new CoreError({
    code: "ROSTER_MISSING",
    message: `there is no roster at ${home.roster}`,
    hint: "Make one: mosaic fleet init --profile local-canary --write",
  });
}
