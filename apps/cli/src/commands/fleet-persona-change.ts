import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function personaAddCommand(cli: Cli): Command {
  return verb("add", "write a new persona into your layer, from a template or from another", [
    "mosaic fleet persona add release-manager",
    "mosaic fleet persona add gardener --from code",
  ])
    .argument("<new-class>", "its class")
    .option("--from <class>", "the persona to copy")
    .action(async (name: string, options: HomeOption & { from?: string }) => {
      const path = await (await (await cli.fleet(options)).library()).addPersona(name, options.from);
      cli.out.answer({ class: name, path }, () => path);
      cli.out.note(`Edit it, then check it: mosaic fleet persona validate ${name}`);
    });
}

export function personaEditCommand(cli: Cli): Command {
  return verb("edit", "open your override of a persona in $EDITOR, copied from the baseline first", [
    "mosaic fleet persona edit code",
  ])
    .argument("<class>", "a persona")
    .action(async (name: string, options: HomeOption, command: Command) => {
      const { editorOf, runInTerminal } = await import("../environment.ts");
      const library = await (await cli.fleet(options)).library();
      const editor = editorOf(process.env, process.stdin.isTTY && process.stdout.isTTY);
      if (editor === undefined) {
        const path = await library.overridePath(name);
        command.error(
          `error: no terminal and no EDITOR; set EDITOR, or write ${path} yourself: mosaic fleet persona add ${name} --from ${name}`,
        );
      }
      const { path, created } = await library.overridePersona(name);
      const exitCode = await runInTerminal([...editor, path]);
      if (exitCode !== 0) {
        cli.out.note(`${editor[0]} ended with status ${String(exitCode)}; ${path} is as it left it`);
        cli.exit(EXIT.failed);
        return;
      }
      const { persona, layer } = await library.persona(name);
      cli.out.answer({ class: persona.class, layer, path, created }, () => path);
      cli.out.note("Agents get it at their next start: mosaic fleet plan shows whose contract is outdated");
    });
}
