import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { CoreError } from "@mosaic/fleet-core";

/** The text of a file, or of standard input where none is named. @throws CoreError `INPUT_MISSING`, `READ_FAILED`. */
export async function readInput(file: string | undefined): Promise<string> {
  if (file === undefined) return text(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      throw new CoreError({
        code: "INPUT_MISSING",
        message: `there is no file ${file}`,
        hint: "Name a file that exists, or pipe the text in with -.",
        cause,
      });
    }
    throw new CoreError({
      code: "READ_FAILED",
      message: `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "Name a file that exists and that you may read, or pipe the text in with -.",
      cause,
    });
  }
}
