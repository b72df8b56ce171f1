import { RUNTIMES, readScreen, type RuntimeAdapter, type ScreenState } from "@mosaic/fleet-commands/runtimes";
import { captureScreens, parseScreens, type Pane } from "@mosaic/fleet-commands/tmux";
import type { Heartbeat } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "./context.ts";

/** tmux tells the time of the last output in whole seconds. */
const ACTIVITY_STEP_MS = 1_000;

/**
 * Whether a report may no longer hold: the runtime reports neither the end of its start nor that a question was
 * answered, and an interrupted turn only falls silent. Pure.
 */
export function inDoubt(
  { printsEveryMs }: RuntimeAdapter,
  { state, since, reason }: Heartbeat,
  { lastActivity }: Pick<Pane, "lastActivity">,
  now: number,
): boolean {
  if (printsEveryMs === null) return false;
  const printed = (lastActivity ?? 0) * 1000;
  if (state === "busy") return now - Math.max(since, printed) > printsEveryMs + ACTIVITY_STEP_MS;
  // An idle one draws the end of its turn; what comes later is a person, or a dialog that nothing reports. A turn that
  // failed may end in one.
  return state !== "idle" || reason !== null || printed > since + ACTIVITY_STEP_MS;
}

/** The report as the screen mends it; unchanged where the screen says nothing. Pure. */
export function mended(
  heartbeat: Heartbeat,
  screen: ScreenState,
  { lastActivity }: Pick<Pane, "lastActivity">,
  now: number,
): Heartbeat {
  const printed = (lastActivity ?? 0) * 1000;
  const since = Math.max(heartbeat.since, printed);
  if (screen.dialog !== undefined)
    return heartbeat.state === "blocked"
      ? heartbeat
      : { ...heartbeat, state: "blocked", reason: asked(heartbeat, screen.dialog), since };
  // Some say so only while they think, and not while they write.
  const writes = heartbeat.state === "blocked" && now - printed < 2 * ACTIVITY_STEP_MS;
  if (screen.busy || (writes && screen.composer !== undefined))
    return heartbeat.state === "busy" ? heartbeat : { ...heartbeat, state: "busy", reason: null, since };
  if (screen.composer === undefined || heartbeat.state === "idle") return heartbeat;
  return { ...heartbeat, state: "idle", reason: screen.failure ?? null, since };
}

/** What a dialog asks, behind what the turn failed with that ended in it. */
const asked = ({ state, reason }: Heartbeat, dialog: string): string =>
  [...(state === "idle" && reason !== null ? [reason] : []), dialog.replaceAll("\n", " ")].join(" ");

/** Looks at the screens of those agents whose reports are in doubt: one tmux call, or none. */
export async function secondLook(
  context: FleetContext,
  roster: Roster,
  panes: ReadonlyMap<string, Pane>,
  heartbeatOf: (agent: string) => Heartbeat | undefined,
  now: number,
): Promise<ReadonlyMap<string, Heartbeat>> {
  const doubted = roster.agents.flatMap(({ name: agent }) => {
    const pane = panes.get(agent);
    const heartbeat = heartbeatOf(agent);
    const adapter = heartbeat && RUNTIMES[heartbeat.runtime];
    if (!adapter || !pane || pane.dead || heartbeat.pid !== pane.pid) return [];
    return inDoubt(adapter, heartbeat, pane, now) ? [{ agent, pane, heartbeat, adapter }] : [];
  });
  if (doubted.length === 0) return new Map();
  const ids = doubted.map(({ pane }) => pane.paneId);
  const mark = context.newId();
  const { stdout } = await context.run(captureScreens(roster.tmux.socket_name, ids, mark));
  const screens = parseScreens(stdout, ids, mark);
  return new Map(
    doubted.flatMap(({ agent, pane, heartbeat, adapter }) => {
      const screen = screens.get(pane.paneId);
      return screen === undefined ? [] : [[agent, mended(heartbeat, readScreen(adapter, screen), pane, now)]];
    }),
  );
}
