import { installRuntimes } from "../testkit/src/runtimes.ts";

/** The first run downloads more than a gigabyte; later ones find it in the cache. */
export async function setup(): Promise<void> {
  await installRuntimes();
}
