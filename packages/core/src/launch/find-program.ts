import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";

/** The absolute path of a program on `path` (`PATH`'s own syntax); undefined where there is none that may be run. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(":").filter((entry) => entry.startsWith("/"))) {
    const file = `${folder.replace(/\/+$/, "")}/${name}`;
    const runs = await access(file, constants.X_OK)
      .then(() => stat(file))
      .then(
        (found) => found.isFile(),
        () => false,
      );
    if (runs) return file;
  }
  return undefined;
}
