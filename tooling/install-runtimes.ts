/** Installs the pinned runtimes into the user's cache, for the tests that drive them. They take more than a gigabyte. */
import { PINNED, installRuntimes, runtimeFolder, type PinnedRuntime } from "./testkit/src/runtimes.ts";

const installed = await installRuntimes();
for (const runtime of Object.keys(PINNED) as PinnedRuntime[])
  // The keys of that object.
  process.stdout.write(
    `${runtime} ${PINNED[runtime].version} ${installed.includes(runtime) ? "installed" : "is there"}: ${runtimeFolder(runtime)}\n`,
  );
