#!/usr/bin/env node
// This file alone is read by a Node that is too old: nothing newer than ES2020, and nothing imported that is.
import { keptCode } from "./kept-code.ts";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `mosaic needs Node 22.18 or newer; this is ${process.version}. Install a newer Node and run it again.\n`,
  );
  process.exitCode = 1;
} else {
  // The build makes calls of `code.load` of what is imported here.
  const code = keptCode(import.meta.dirname);
  void import("./main.ts").then(async ({ main }) => {
    const verb = await main(process.argv.slice(2));
    if (verb !== undefined) code.keep(verb);
  });
}
