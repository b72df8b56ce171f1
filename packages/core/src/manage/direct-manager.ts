import { setTimeout as pause } from "node:timers/promises";
import {
  endSession,
  newHolder,
  newSession,
  tmuxFailure,
  type Pane,
  type Socket,
} from "@mosaic/fleet-commands/tmux";
import type { FleetContext } from "../context.ts";
import { CoreError } from "../error.ts";
import { cannotLaunch, withoutFolder } from "../launch/unlaunchable.ts";
import type { Manager } from "./manager.ts";
import { paneOf } from "../panes.ts";
import { forgetStopped } from "./stopped.ts";
import { isAlive, noteSurvivor, stopFailed } from "./survivors.ts";
import { socketName, tmuxError } from "../tmux-error.ts";
import { noteSocket } from "./used-sockets.ts";

const STOP_GRACE_MS = 5_000;
const POLL_MS = 20;

/** Starts sessions itself, without a service manager: in a container, on macOS, in CI. */
export function createDirectManager(
  context: FleetContext,
  { stopGraceMs = STOP_GRACE_MS }: { readonly stopGraceMs?: number | undefined } = {},
): Manager {
  const { home, run } = context;

  const foreign = (session: string, socket: Socket): CoreError =>
    new CoreError({
      code: "SESSION_FOREIGN",
      message: `a session named ${session} runs on ${socketName(socket)} and was not started by ${home.root}`,
      hint: "Rename the seat, or end that session yourself if it is yours; this fleet leaves it alone.",
    });

  async function sessionOf(socket: Socket, session: string): Promise<Pane | undefined> {
    const pane = await paneOf(context, socket, session);
    if (pane && pane.mark?.home !== home.root) throw foreign(session, socket);
    return pane;
  }

  async function end(socket: Socket, pane: Pane): Promise<void> {
    // Prints that the pin is broken, and exits 0, when the session is gone already: that is what is wanted.
    const result = await run(endSession(socket, { server: pane.server, sessionId: pane.sessionId }));
    if (result.exitCode !== 0 && !["no-target", "no-server"].includes(tmuxFailure(result.stderr))) {
      throw tmuxError(result, socket, `end session ${pane.session}`);
    }
    if (!pane.dead) await gone(pane);
  }

  async function gone(pane: Pane): Promise<void> {
    const deadline = performance.now() + stopGraceMs;
    while (isAlive(pane.pid)) {
      if (performance.now() > deadline) {
        await noteSurvivor(context, pane.session, pane.pid);
        throw stopFailed({ agent: pane.session, pid: pane.pid });
      }
      await pause(POLL_MS);
    }
  }

  return {
    kind: "direct",
    atOnce: 1,

    async prepare(roster) {
      const { socket_name: socket, holder_session: holder } = roster.tmux;
      const pane = await paneOf(context, socket, holder);
      if (pane?.mark?.home === home.root) return;
      if (pane) {
        throw new CoreError({
          code: "SESSION_FOREIGN",
          message: `the session ${holder} on ${socketName(socket)} was not started by ${home.root}`,
          hint: "Another fleet may own this server: name another tmux.socket_name or tmux.holder_session in the roster.",
        });
      }
      await noteSocket(context, socket);
      const result = await run(newHolder({ socket, name: holder, home: home.root }));
      if (result.exitCode !== 0 && tmuxFailure(result.stderr) !== "duplicate") {
        throw tmuxError(result, socket, "start the holder session");
      }
    },

    async start(roster, launch) {
      const socket = roster.tmux.socket_name;
      const pane = await sessionOf(socket, launch.name);
      if (pane && !pane.dead) return;
      if (pane) await end(socket, pane);
      const against = await withoutFolder(launch.cwd);
      if (against !== undefined) throw cannotLaunch(launch, against);
      const mark = { home: home.root, launch: launch.hash };
      const record = [
        "sh",
        `${context.framework}/tools/fleet/record-pane.sh`,
        home.log(launch.name),
      ] as const;
      const result = await run(newSession({ socket, mark, record, ...launch }));
      if (tmuxFailure(result.stderr) === "duplicate") throw foreign(launch.name, socket);
      if (result.exitCode !== 0) throw tmuxError(result, socket, `start ${launch.name}`);
      await forgetStopped(context, launch.name);
    },

    // Nothing starts at boot without a service manager.
    enable: () => Promise.resolve(),
    disable: () => Promise.resolve(),

    async stop(roster, session) {
      const socket = roster.tmux.socket_name;
      const pane = await sessionOf(socket, session);
      if (pane) await end(socket, pane);
      return pane !== undefined;
    },

    async release(roster) {
      const { socket_name: socket, holder_session: holder } = roster.tmux;
      const pane = await paneOf(context, socket, holder);
      if (pane?.mark?.home === home.root) await end(socket, pane);
    },
  };
}
