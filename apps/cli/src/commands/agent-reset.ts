import type { Command } from "commander";
import { timeoutOption } from "../changing.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function agentResetCommand(cli: Cli): Command {
  return verb("reset", "clear an agent's context with its runtime's own command, and prove it", [
    "mosaic agent reset coder0",
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .addOption(timeoutOption("how long to wait for the agent's report", 10))
    .action(async (agent: string, options: HomeOption & { timeout: number }) => {
      const fleet = await cli.fleet(options);
      await fleet.reset(agent, { timeoutMs: options.timeout * 1000, signal: cli.signal });
      cli.out.answer({ agent, reset: true }, () => `${agent} reports a clear context.`);
    });
}
