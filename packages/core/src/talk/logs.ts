import { StringDecoder } from "node:string_decoder";
import { paneSize, parsePaneSize, type PaneSize } from "@mosaic/fleet-commands/tmux";
import { sanitize, type AgentName } from "@mosaic/fleet-model";
import type { Roster } from "@mosaic/fleet-roster";
import { seatOf } from "../agents.ts";
import type { FleetContext } from "../context.ts";
import { requireHere } from "../elsewhere.ts";
import { CoreError } from "../error.ts";
import { followed, squeezed } from "./followed.ts";
import { answerOf, askPeer } from "./peer.ts";
import { openRecording, type Recording } from "./recording.ts";
import { routeTo } from "./route.ts";
import { transcript } from "./transcript.ts";

/** How much of the stream is read for its last lines, in bytes. */
const LOOK_BACK = 2_097_152;
/** A full-screen program counts seconds in a line that it draws anew: that one never comes to rest. */
const LOOKS_AT_DRAWINGS = 5;

/** What an agent's pane printed, as a person would have read it. */
export interface PaneLog extends AsyncDisposable {
  /** The last lines; at the end what the screen shows. */
  readonly lines: readonly string[];
  /** The lines that have come to rest since the last call. Undefined where the pane is on another host. */
  readonly more: (() => Promise<readonly string[]>) | undefined;
}

/**
 * What an agent's pane printed, over restarts too. Where a program draws and draws anew, its stream is read with a
 * terminal: each line is told once, as it was in the end.
 *
 * @throws CoreError `LOG_MISSING` when nothing was recorded; `AGENT_UNKNOWN`, `HOST_UNREACHABLE`, `HOST_LOST`.
 */
export async function paneLog(
  context: FleetContext,
  roster: Roster,
  agent: string,
  lines: number,
): Promise<PaneLog> {
  const route = await routeTo(context, roster, agent);
  if (route?.kind === "host") {
    const words = ["fleet", "logs", agent, "--json", "-n", String(lines)];
    const answer = await askPeer(context, route.destination, words);
    const told = answerOf(route.destination, answer) as Pick<PaneLog, "lines">; // The other side runs the same code.
    return { lines: told.lines, more: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const there = route ?? { context, roster };
  const { name, seat } = seatOf(there.roster, agent);
  requireHere(there.context, there.roster, seat, "fleet logs");
  const recording = await recordingOf(there.context, name);
  const decoder = new StringDecoder("utf8");
  const read = transcript(await sizeOf(there.context, there.roster, name));
  await read.write(decoder.write(latest(recording.kept)));
  const first = [...read.take(), ...read.screen()];
  const following = followed(read.screen());
  return {
    lines: squeezed(first).map(sanitize).slice(-lines),
    more: async () => {
      await read.write(decoder.write(await recording.more()));
      const looks = read.fullScreen() ? LOOKS_AT_DRAWINGS : 1;
      return following.look(read.take(), read.screen(true), looks).map(sanitize);
    },
    [Symbol.asyncDispose]: () => recording[Symbol.asyncDispose](),
  };
}

/** The recorded stream itself. @throws as {@link paneLog}; CoreError `AGENT_NOT_RUNNING` for one on another host. */
export async function paneRecording(context: FleetContext, roster: Roster, agent: string): Promise<Recorded> {
  const route = await routeTo(context, roster, agent);
  const there = route?.kind === "home" ? route : { context, roster };
  const { name, seat } = seatOf(there.roster, agent);
  requireHere(there.context, there.roster, seat, "fleet logs --raw");
  return recordingOf(there.context, name);
}

/** A recording of which something is there. */
export interface Recorded extends Recording {
  readonly kept: Buffer;
}

async function recordingOf({ home }: FleetContext, name: AgentName): Promise<Recorded> {
  const recording = await openRecording(home.log(name));
  const { kept } = recording;
  if (kept !== undefined) return { ...recording, kept };
  throw new CoreError({
    code: "LOG_MISSING",
    message: `nothing was recorded of ${name}`,
    hint: `What it prints is recorded from its next start on: mosaic fleet restart ${name}`,
  });
}

/** As its pane is now; undefined where there is none. A window keeps its size when nobody looks at it. */
async function sizeOf(
  context: FleetContext,
  { tmux }: Roster,
  name: AgentName,
): Promise<PaneSize | undefined> {
  return parsePaneSize((await context.run(paneSize(tmux.socket_name, name))).stdout);
}

/** The end of a stream, from the beginning of a line or of a sequence on, on the screen that it was on there. */
function latest(stream: Buffer): Buffer {
  if (stream.length <= LOOK_BACK) return stream;
  const cut = stream.length - LOOK_BACK;
  const begin = Math.min(...["\n", "\x1b"].map((one) => stream.indexOf(one, cut)).filter((at) => at >= 0));
  if (begin === Infinity) return stream.subarray(cut);
  return Buffer.concat([
    Buffer.from(onAlternate(stream.subarray(0, begin)) ? TO_ALTERNATE : ""),
    stream.subarray(begin),
  ]);
}

const TO_ALTERNATE = "\x1b[?47h";
const ENTER = ["\x1b[?1049h", TO_ALTERNATE];
const LEAVE = ["\x1b[?1049l", "\x1b[?47l", "\x1bc"];

function onAlternate(stream: Buffer): boolean {
  const last = (words: readonly string[]): number =>
    Math.max(...words.map((word) => stream.lastIndexOf(word)));
  return last(ENTER) > last(LEAVE);
}
