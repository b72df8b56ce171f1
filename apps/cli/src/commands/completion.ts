import { Argument, type Command } from "commander";
import { verb, type Cli } from "../verb.ts";

export function completionCommand(cli: Cli, root: () => Promise<Command>): Command {
  return verb("completion", "print a completion script for your shell", [
    "mosaic completion bash >> ~/.bashrc",
    "mosaic completion zsh > ~/.zsh/completions/_mosaic",
    "mosaic completion fish > ~/.config/fish/completions/mosaic.fish",
  ])
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { completionScript } = await import("../completion.ts");
      const script = completionScript(shell, await root());
      cli.out.answer({ shell, script }, () => script);
    });
}
