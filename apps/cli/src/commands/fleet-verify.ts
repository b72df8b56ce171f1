import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

export function verifyCommand(cli: Cli): Command {
  return verb("verify", "exit 0 when every agent has answered a heartbeat in time, else 1 and who has not", [
    "mosaic fleet verify || mosaic fleet apply",
  ]).action(async (options: HomeOption) => {
    const { alive, of, missing } = await (await cli.fleet(options)).verify();
    cli.out.answer({ alive, of, missing }, () =>
      missing.length === 0
        ? `All ${String(of)} agents are alive.`
        : missing.map(({ agent, readiness, why }) => `${agent} is ${readiness}: ${why}`).join("\n"),
    );
    if (missing.length > 0) {
      cli.out.note(
        `${String(missing.length)} of ${String(of)} are not alive. Look: mosaic fleet explain ${missing[0]?.agent ?? ""}`,
      );
      cli.exit(EXIT.failed);
    }
  });
}
