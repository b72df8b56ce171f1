import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { CoreError } from "@mosaic/fleet-core";

/**
 * The lines of a file, or of standard input where it is `-`, each as it is parsed. A line that is no JSON comes as text, and an
 * empty one as none.
 */
export async function* recordsIn(file: string): AsyncGenerator {
  const input = file === "-" ? process.stdin : createReadStream(file);
  try {
    const text = Readable.from(decoded(input));
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
      yield line.trim() === "" ? "" : parsed(line);
    }
  } catch (cause) {
    throw new CoreError({
      code: "READ_FAILED",
      message: `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "Name a file in UTF-8 that exists and that you may read, or pipe the lines in with -.",
      cause,
    });
  }
}

/** A byte that is no UTF-8 is an error, and not another character. */
async function* decoded(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of input) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // The store says which line is wrong and takes none.
    return line;
  }
}

/** Prints a stream of documents as fast as it is read. */
export async function printLines(documents: AsyncIterable<unknown>, signal: AbortSignal): Promise<void> {
  for await (const document of documents) {
    signal.throwIfAborted();
    if (!process.stdout.write(`${JSON.stringify(document)}\n`))
      await once(process.stdout, "drain", { signal });
  }
}
