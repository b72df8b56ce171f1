import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { CoreError } from "@mosaic/fleet-core";

/** The lines of a file, or of standard input where it is `-`, each as it is parsed. A line that is no JSON comes as text. */
export async function* recordsIn(file: string): AsyncGenerator {
  const input = file === "-" ? process.stdin : createReadStream(file);
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line.trim() !== "") yield parsed(line);
    }
  } catch (cause) {
    throw new CoreError({
      code: "READ_FAILED",
      message: `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "Name a file that exists and that you may read, or pipe the lines in with -.",
      cause,
    });
  }
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
