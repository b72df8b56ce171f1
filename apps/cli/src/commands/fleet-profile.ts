import type { Command } from "commander";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function profileListCommand(cli: Cli): Command {
  return verb("list", "every system type and the layer it is from", ["mosaic fleet profile list"]).action(
    async (options: HomeOption) => {
      const all = await (await (await cli.fleet(options)).library()).profiles();
      const { profileRow, profilesText } = await import("../library-text.ts");
      const profiles = all.map(profileRow);
      cli.out.answer({ profiles }, () => profilesText(cli.out, profiles));
    },
  );
}

export function profileShowCommand(cli: Cli): Command {
  return verb("show", "a system type with its org chart", ["mosaic fleet profile show software-delivery"])
    .argument("<profile>", "a system type")
    .action(async (id: string, options: HomeOption) => {
      const found = await (await (await cli.fleet(options)).library()).profile(id);
      const { profileText } = await import("../library-text.ts");
      const { profile, layer, path, hides, tree } = found;
      cli.out.answer({ ...profile, layer, path, hides: hides ?? null, tree }, () =>
        profileText(cli.out, found),
      );
    });
}

export function profileAddCommand(cli: Cli): Command {
  return verb("add", "write a new system type into your layer, from a template or from another", [
    "mosaic fleet profile add my-team --from software-delivery",
  ])
    .argument("<new-profile>", "its id")
    .option("--from <profile>", "the system type to copy")
    .action(async (id: string, options: HomeOption & { from?: string }) => {
      const path = await (await (await cli.fleet(options)).library()).addProfile(id, options.from);
      cli.out.answer({ id, path }, () => path);
      cli.out.note(`Edit it, then look at it: mosaic fleet profile show ${id}`);
    });
}
