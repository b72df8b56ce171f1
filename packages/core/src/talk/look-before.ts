import { setTimeout as pause } from "node:timers/promises";
import { readScreen, type RuntimeAdapter } from "@mosaic/fleet-commands/runtimes";
import { leaveMode, type Pane } from "@mosaic/fleet-commands/tmux";
import type { Agent, Roster } from "@mosaic/fleet-roster";
import type { FleetContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import { isBareShell } from "../launch/declared.ts";
import { rosterCommand } from "../launch/launch.ts";
import { observe } from "../observe.ts";
import { firstPanes } from "../panes.ts";
import { LOOK_AGAIN_MS, screenOf, unspaced } from "./composer.ts";
import { enter } from "./pinned.ts";

/** How long a text must stand in the composer to be a draft: one that was just submitted takes a redraw to go. */
const DRAFT_MS = 500;

export interface Looking {
  /** The head of the text that is to be typed, without white space. */
  readonly head: string;
  /** In `performance.now()` time. */
  readonly deadline: number;
  /** Whether the text was typed into this very process before: then it is submitted where it stands, never typed. */
  readonly again?: boolean | undefined;
  /** Whether what stands in the composer, without white space, was typed by an earlier send and never submitted. */
  readonly leftBehind?: ((composer: string) => Promise<boolean>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Look {
  readonly pane: Pane;
  /** The text stands in the composer already. */
  readonly standing: boolean;
  /** What keeps the agent from its model, as a sentence. */
  readonly failing: string | undefined;
}

/**
 * Looks until the agent can take a text. An agent that is only starting is waited for.
 *
 * @returns Why nothing may be typed, as a sentence, when it cannot.
 */
export async function lookBefore(
  context: FleetContext,
  roster: Roster,
  seat: Agent,
  adapter: RuntimeAdapter | undefined,
  o: Looking,
): Promise<Look | string> {
  const { deadline, signal } = o;
  const socket = roster.tmux.socket_name;
  let draftSince: number | undefined;
  let freed = false;
  for (;;) {
    const { facts, panes } = await observe(context, { ...roster, agents: [seat] });
    const agent = facts.agents[0];
    const pane = firstPanes(panes).get(seat.name);
    if (agent?.elsewhere) return `the seat lives elsewhere: ${agent.elsewhere}`;
    if (!agent?.session || !pane) return "it has no session: it is not running";
    if (!agent.session.ours) return "its session was not started by this fleet";
    if (agent.readiness === "dead") return "the program in its pane has ended";
    // Not listed any more: it is ending, or it has ended and tmux has not noticed yet.
    if (!agent.process) return "the program in its pane is not there any more";
    if (!agent.process.declared) return `its pane runs ${agent.process.command}, not ${seat.runtime}`;
    if (agent.readiness === "stuck") return `it is blocked: ${agent.heartbeat?.reason ?? "no reason given"}`;
    if (pane.inMode) await context.run(leaveMode(socket, pane.paneId));
    else {
      const failing = agent.heartbeat?.current === true ? failureOf(agent.heartbeat)?.why : undefined;
      if (!adapter) {
        // Of a program that we cannot read, only what is in the foreground is known. tmux calls it by the first process of
        // its group, which is the shell that runs the command line as long as nothing has a group of its own.
        const shell =
          !agent.process.foreground &&
          isBareShell(pane.currentCommand) &&
          !isBareShell(rosterCommand(roster, seat) ?? "");
        if (shell) return `a shell is in the foreground of its pane: ${pane.currentCommand}`;
        return { pane, standing: false, failing };
      }
      const { composer, dialog } = readScreen(adapter, await screenOf(context, socket, pane.paneId));
      if (dialog !== undefined) return `a dialog is open: ${dialog}`;
      if (composer === "") return { pane, standing: false, failing };
      const draft = unspaced(composer ?? "");
      if (o.again === true && draft.startsWith(o.head)) return { pane, standing: true, failing };
      if (!freed && draft !== "" && (await o.leftBehind?.(draft)) === true) {
        freed = true;
        await enter(context, socket, pane, deadline);
        draftSince = undefined;
        continue;
      }
      if (composer === undefined) draftSince = undefined;
      else draftSince ??= performance.now();
      if (composer !== undefined && performance.now() - (draftSince ?? 0) > DRAFT_MS) {
        return `a draft stands in its composer: ${JSON.stringify(composer.slice(0, 60))}`;
      }
    }
    if (performance.now() >= deadline) return "its composer did not show in time";
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}
