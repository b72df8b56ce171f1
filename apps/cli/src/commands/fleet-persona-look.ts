import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function personaListCommand(cli: Cli): Command {
  return verb("list", "every persona, its domain and the layer it is from", [
    "mosaic fleet persona list",
  ]).action(async (options: HomeOption) => {
    const all = await (await (await cli.fleet(options)).library()).personas();
    const { personaRow, personasText } = await import("../library-text.ts");
    const personas = all.map(personaRow);
    cli.out.answer({ personas }, () => personasText(cli.out, personas));
  });
}

export function personaShowCommand(cli: Cli): Command {
  return verb("show", "the contract of a class, its layer and its path", ["mosaic fleet persona show code"])
    .argument("<class>", "a persona")
    .action(async (name: string, options: HomeOption) => {
      const found = await (await (await cli.fleet(options)).library()).persona(name);
      const { persona, layer, path, hides, text } = found;
      const { body: _, sections, ...facts } = persona;
      const titles = sections.map(({ title }) => title);
      cli.out.answer({ ...facts, sections: titles, layer, path, hides: hides ?? null, text }, () =>
        [`${name}  ${cli.out.paint("bold", layer)}  ${path}`, "", text].join("\n"),
      );
    });
}

export function personaDiffCommand(cli: Cli): Command {
  return verb("diff", "how your override departs from the baseline that ships now", [
    "mosaic fleet persona diff code",
  ])
    .argument("<class>", "a persona")
    .action(async (name: string, options: HomeOption) => {
      const result = await (await (await cli.fleet(options)).library()).diffPersona(name);
      const { diffText } = await import("../library-text.ts");
      cli.out.answer({ class: name, ...result }, () => diffText(cli.out, name, result));
    });
}
