import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function statusCommand(cli: Cli): Command {
  return verb(
    "status",
    "the agents as services: running, ended, stopped or foreign; exit 1 when one does not run",
    ["mosaic fleet status", "mosaic fleet status coder0"],
  )
    .argument("[agent...]", "agents of the roster, by exact name; all when none is given")
    .action(async (names: string[], options: HomeOption) => {
      const fleet = await cli.fleet(options);
      const [facts, manager] = [await fleet.observe(names), await fleet.manager()];
      const { serviceRow, statusText } = await import("../fleet-text.ts");
      const agents = facts.agents.map(serviceRow);
      const { socket, server_pid } = facts;
      cli.out.answer({ manager: manager.kind, why: manager.why, socket, server_pid, agents }, () => {
        const server = server_pid === null ? "no tmux server runs" : `tmux server ${String(server_pid)}`;
        return `Manager: ${manager.kind}, because ${manager.why}; ${server} on ${socket ?? "tmux's default socket"}\n\n${statusText(cli.out, agents)}`;
      });
      if (agents.some(({ state }) => state !== "running" && state !== "elsewhere")) cli.exit(EXIT.failed);
    });
}
