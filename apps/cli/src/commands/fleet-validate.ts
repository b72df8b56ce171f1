import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

/** `validate` of personas and of profiles: every problem of every file, each with its line and its mend. */
export function validateCommand(cli: Cli, what: "persona" | "profile"): Command {
  return verb("validate", `check every ${what}, or those named; exit 3 when one is broken`, [
    `mosaic fleet ${what} validate`,
  ])
    .argument(`[${what}...]`, `${what}s; all when none is given`)
    .action(async (names: string[], options: HomeOption) => {
      const library = await (await cli.fleet(options)).library();
      const { checked, checkedText } = await import("../library-text.ts");
      const all = what === "persona" ? await library.personas() : await library.profiles();
      const rows = all.map(checked);
      for (const name of names.filter((one) => !rows.some((row) => row.name === one))) {
        // Fails with what is near.
        await (what === "persona" ? library.persona(name) : library.profile(name));
      }
      const chosen = rows.filter(({ name }) => names.length === 0 || names.includes(name));
      const broken = chosen.filter(({ error }) => error !== null);
      cli.out.answer({ checked: chosen.length, broken }, () => checkedText(chosen.length, broken, what));
      if (broken.length > 0) cli.exit(EXIT.invalid);
    });
}
