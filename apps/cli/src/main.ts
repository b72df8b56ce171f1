import { CommanderError, type Command } from "commander";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { createOutput, type Output } from "./output.ts";
import { withHelpAsked } from "./help.ts";
import { program } from "./program.ts";
import type { Cli } from "./verb.ts";

/**
 * Runs one call of `mosaic`. Sets `process.exitCode` and returns when everything is written.
 *
 * @returns The verb that was called, as in `fleet ps --json`, or `help`; `undefined` when it failed.
 */
export async function main(args: readonly string[]): Promise<string | undefined> {
  const separator = args.indexOf("--");
  const json = args.slice(0, separator < 0 ? undefined : separator).includes("--json");
  const out = createOutput(json, process.stdout, process.stderr);
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      stop.abort(new DOMException(`stopped by ${name}`, "AbortError"));
    });
  }
  // The reader has seen enough, as with `| head`: that is success, and whatever streams may stop.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      process.exitCode = exitCodeOf("OUTPUT_FAILED");
      void out.failure({
        code: "OUTPUT_FAILED",
        message: `the answer could not be written: ${error.message}`,
        hint: "What was asked for may have been done: look, before you ask for it again.",
      });
    }
    stop.abort(error);
  });
  // Nobody reads the remarks any more; what is being done goes on.
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const cli: Cli = {
    out,
    signal: stop.signal,
    fleet: async ({ mosaicHome }) => (await import("./environment.ts")).openFleetOf(mosaicHome),
    pause: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        stop.signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    exit: (code) => {
      process.exitCode = code;
    },
  };
  try {
    const root = await program(cli, args);
    await root.parseAsync(withHelpAsked(root, args), { from: "user" });
    return verbOf(root, json);
  } catch (error) {
    process.exitCode = await report(error, out, stop.signal);
    return error instanceof CommanderError && error.exitCode === 0 ? "help" : undefined;
  }
}

/** Only the command that is called was made, and only the groups that it is in. */
function verbOf(root: Command, json: boolean): string {
  const names: string[] = [];
  for (let [only, ...others] = root.commands; only && others.length === 0; [only, ...others] = only.commands)
    names.push(only.name());
  return [...names, ...(json ? ["--json"] : [])].join(" ");
}

async function report(error: unknown, out: Output, signal: AbortSignal): Promise<number> {
  if (error instanceof CommanderError) return usage(error, out);
  if (signal.aborted && isBrokenPipe(signal.reason)) return EXIT.done;
  // That the answer could not be written was said when it happened.
  if (signal.aborted && !isInterrupt(signal.reason)) return exitCodeOf("OUTPUT_FAILED");
  if (signal.aborted) {
    out.note("mosaic: interrupted");
    return EXIT.interrupted;
  }
  if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
    await out.failure({
      code: "REPLACED",
      message: "mosaic was replaced by another version while this command ran",
      hint: "Look at what it has done, and run it again.",
    });
    return exitCodeOf("REPLACED");
  }
  if (error instanceof Error && "code" in error && "hint" in error) {
    const { code, hint } = error;
    await out.failure({ code: String(code), message: error.message, hint: String(hint) });
    return exitCodeOf(String(code));
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await out.failure({
    code: "INTERNAL",
    message,
    hint: "This is a defect of mosaic; please report it with the text above.",
  });
  return EXIT.failed;
}

const isInterrupt = (reason: unknown): boolean => reason instanceof DOMException;

const isBrokenPipe = (reason: unknown): boolean =>
  reason instanceof Error && "code" in reason && reason.code === "EPIPE";

/** Commander has written its message already, but for JSON. Help and version that were asked for are done. */
async function usage(error: CommanderError, out: Output): Promise<number> {
  if (error.exitCode === 0) return EXIT.done;
  if (out.json) {
    await out.failure({
      code: "USAGE",
      message: error.message.replace(/^error: /, ""),
      hint: "See the command's --help.",
    });
  }
  return EXIT.usage;
}
