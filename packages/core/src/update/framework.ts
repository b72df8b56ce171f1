import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { readFailed } from "../files.ts";
import { isFrameworkPath, sha256 } from "./manifest.ts";
import type { ShippedFile } from "./seed-plan.ts";

/** A file of the framework inside the package. */
export interface FrameworkFile extends ShippedFile {
  readonly content: Buffer;
}

const SHEBANG = "#!";

/** Every file of the framework by its path; its place in the home is the same. @throws CoreError `READ_FAILED`. */
export async function readFramework(folder: string): Promise<FrameworkFile[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter(isFrameworkPath);
    return await Promise.all(
      paths.sort().map(async (path) => {
        const content = await readFile(join(folder, path));
        // Not the mode of the package's file: what packs and unpacks it need not keep that.
        const executable = content.subarray(0, SHEBANG.length).toString() === SHEBANG;
        return { path, content, sum: sha256(content), executable };
      }),
    );
  } catch (cause) {
    throw readFailed(folder, cause);
  }
}
