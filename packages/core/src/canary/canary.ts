import process from "node:process";
import type { ReadStream, WriteStream } from "node:tty";
import { stripVTControlCharacters, styleText } from "node:util";
import { NEW_AGENT, step, type Effect, type Input } from "./agent.ts";
import { EMPTY_COMPOSER, edit, submit } from "./composer.ts";
import { choiceIn, createKeyReader, type Key } from "./keys.ts";
import { erase, paint, type Frame } from "./live.ts";
import { createReporter, type CanaryFiles } from "./report.ts";
import { SPINNER_MS, bannerLines, entryLines, frameOf, type Paint } from "./screen.ts";
import { CoreError } from "../error.ts";

export interface CanaryOptions {
  readonly agent: string;
  readonly host: string;
  readonly tenantId: string;
  /** Undefined outside a fleet: nothing is reported. */
  readonly files: CanaryFiles | undefined;
  /** How often the heartbeat is written when nothing happens, in milliseconds. */
  readonly intervalMs: number;
  /** The hash of the contract the agent was launched with. */
  readonly contract: string | null;
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly pid: number;
}

const BRACKETED_PASTE_ON = "\x1b[?2004h";
const BRACKETED_PASTE_OFF = "\x1b[?2004l";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";
const SANE = `${BRACKETED_PASTE_OFF}\x1b[?7h\x1b[?25h`;
/** How long an Escape may wait for the rest of its sequence. */
const ESCAPE_MS = 50;
const LEAVE_NOTICE = "press ctrl-c again to leave";

/**
 * Runs the canary on a terminal until it is told to leave.
 *
 * @returns The exit code. The terminal is as it was, and no timer or listener is left.
 * @throws {@link CoreError} `CANARY_NEEDS_TTY`.
 */
export async function runCanary(options: CanaryOptions): Promise<number> {
  const { input, output, now } = options;
  if (!input.isTTY || !output.isTTY) {
    throw new CoreError({
      code: "CANARY_NEEDS_TTY",
      message: "the canary talks on a terminal, and this is none",
      hint: "Run it in a terminal or in a tmux pane; `mosaic fleet start` does the latter.",
    });
  }
  const { promise: left, resolve: leave } = Promise.withResolvers<number>();
  const keys = createKeyReader();
  const colour: Paint = (style, text) => styleText(style, text, { stream: output });
  let agent = NEW_AGENT;
  let composer = EMPTY_COMPOSER;
  let frame: Frame | undefined;
  let notice: string | undefined;
  let busySince = now();
  let leaving = false;
  let deafUntil = 0;
  let above: string[] = [];
  let work: NodeJS.Timeout | undefined;
  let spinner: NodeJS.Timeout | undefined;
  let escape: NodeJS.Timeout | undefined;

  // A terminal that does not know its size says 0.
  const columns = (): number => output.columns || 80;
  const rows = (): number => output.rows || 24;
  const say = (lines: readonly string[]): void => void above.push(...lines);

  const reporter = createReporter({
    ...options,
    failed: (why) =>
      say(entryLines({ kind: "note", text: `cannot report, trying again: ${why}` }, columns(), colour)),
  });

  const draw = (): void => {
    const busy = agent.state === "busy";
    const view = {
      columns: columns(),
      rows: rows(),
      state: agent.state,
      turns: agent.turns,
      queued: agent.queue.length,
      muted: agent.muted,
      dialog: agent.dialog,
      composer,
      busyMs: busy ? now() - busySince : undefined,
      notice,
    };
    const next = frameOf(view, colour);
    const bytes = paint(frame, next, above);
    if (bytes !== "") output.write(bytes);
    frame = next;
    above = [];
    if (busy) spinner ??= setInterval(draw, SPINNER_MS);
    else {
      clearInterval(spinner);
      spinner = undefined;
    }
  };

  const perform = (effect: Effect): void => {
    switch (effect.kind) {
      case "show":
        say(entryLines(effect.entry, columns(), colour));
        return;
      case "report":
        reporter.state(effect.state, effect.reason);
        return;
      case "event":
        reporter.event(effect.event, effect.id);
        return;
      case "new-session":
        reporter.newSession();
        return;
      case "wait":
        busySince = now();
        work = setTimeout(() => {
          act({ kind: "waited" });
          draw();
        }, effect.ms);
        return;
      case "deafen":
        deafUntil = now() + effect.ms;
        return;
      case "leave":
        leaving = true;
        leave(effect.code);
        return;
      case "crash":
        leaving = true;
        // Outside of every promise, so that nothing catches it.
        setImmediate(() => {
          throw new Error("the canary crashes because it was asked to");
        });
    }
  };

  const act = (event: Input): void => {
    const next = step(agent, event);
    agent = next.agent;
    for (const effect of next.effects) perform(effect);
  };

  const press = (key: Key): void => {
    const empty = composer.text === "";
    const again = notice === LEAVE_NOTICE;
    notice = undefined;
    if (key.kind === "enter" && now() < deafUntil) return;
    if (key.kind === "enter") {
      const { text } = composer;
      composer = submit(composer);
      act({ kind: "submitted", text });
    } else if (key.kind === "interrupt") {
      composer = { ...composer, ...(empty ? {} : { text: "", cursor: 0, at: composer.history.length }) };
      if (empty && again) perform({ kind: "leave", code: 0 });
      else if (empty) notice = LEAVE_NOTICE;
    } else if (key.kind === "leave") {
      if (empty) perform({ kind: "leave", code: 0 });
    } else if (key.kind === "redraw") {
      output.write(CLEAR_SCREEN);
      frame = undefined;
    } else composer = edit(composer, key);
  };

  const read = (chunk: Uint8Array): void => {
    clearTimeout(escape);
    const pressed = keys.read(chunk);
    if (keys.escapePending) escape = setTimeout(keys.drop, ESCAPE_MS);
    const choice = agent.dialog === null ? undefined : choiceIn(pressed);
    if (choice !== undefined) act({ kind: "chosen", allowed: choice });
    // A dialog swallows every key, also those that come in one chunk with its answer or with what opened it.
    else {
      for (const key of pressed) {
        if (leaving || agent.dialog !== null) break;
        press(key);
      }
    }
    if (!leaving) draw();
  };

  const resize = (): void => {
    if (frame) output.write(erase(frame, columns(), stripVTControlCharacters));
    frame = undefined;
    draw();
  };
  const resume = (): void => {
    // Raw mode that is believed to be on is not set again.
    input.setRawMode(false);
    input.setRawMode(true);
    output.write(BRACKETED_PASTE_ON);
    frame = undefined;
    draw();
  };
  const hangUp = (): void => leave(0);
  const interrupt = (): void => leave(130);
  const restore = (): void => {
    output.write(
      `${frame ? erase(frame, columns(), stripVTControlCharacters) : ""}${above.join("\r\n")}${SANE}`,
    );
    frame = undefined;
    if (!input.destroyed) input.setRawMode(false);
  };

  reporter.state("starting", null);
  input.setRawMode(true);
  process.on("SIGTERM", hangUp).on("SIGHUP", hangUp).on("SIGINT", interrupt).on("SIGCONT", resume);
  process.on("uncaughtExceptionMonitor", restore);
  output.on("resize", resize).on("error", hangUp);
  input.on("error", hangUp).on("end", hangUp).on("close", hangUp);
  say(bannerLines({ ...options, reports: options.files !== undefined, columns: columns() }, colour));
  output.write(BRACKETED_PASTE_ON);
  draw();
  reporter.state("idle", null);
  draw();
  input.on("data", read);
  const beat = setInterval(() => {
    if (agent.muted) return;
    reporter.again();
    draw();
  }, options.intervalMs);
  try {
    return await left;
  } finally {
    leaving = true;
    for (const timer of [beat, spinner, work, escape]) clearTimeout(timer);
    process.off("SIGTERM", hangUp).off("SIGHUP", hangUp).off("SIGINT", interrupt).off("SIGCONT", resume);
    process.off("uncaughtExceptionMonitor", restore);
    output.off("resize", resize);
    input.off("data", read).off("end", hangUp).off("close", hangUp);
    restore();
    input.pause();
  }
}
