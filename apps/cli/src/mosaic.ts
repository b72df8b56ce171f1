#!/usr/bin/env node
// This file alone is read by a Node that is too old: nothing newer than ES2020, and nothing imported before the check.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `mosaic needs Node 22.18 or newer; this is ${process.version}. Install a newer Node and run it again.\n`,
  );
  process.exitCode = 1;
} else {
  keepCompiled();
  void import("./main.ts").then(({ main }) => main(process.argv.slice(2)));
}

/**
 * What Node compiles of the package is kept inside it, for the next call, and goes with it. Only by its owner: what another
 * user left there could not be removed.
 */
function keepCompiled(): void {
  if (process.getBuiltinModule("node:fs").statSync(import.meta.dirname).uid !== process.getuid?.()) return;
  process.getBuiltinModule("node:module").enableCompileCache(`${import.meta.dirname}/compiled`);
}
