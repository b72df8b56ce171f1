import { Command } from "commander";
import { EXIT, exitCodeOf } from "../exit-code.ts";
import type { UnitSessions } from "@mosaic/fleet-core/unit-session";
import type { Cli, HomeOption } from "../verb.ts";

/** What a unit is told not to start again after: trying again does not mend the cause. */
const GIVE_UP = 78;
const NOT_MENDED_BY_TIME: readonly number[] = [EXIT.usage, EXIT.invalid, EXIT.notFound, EXIT.conflict];
const mendedByTime = (code: string): boolean =>
  code === "LOCK_HELD" || !NOT_MENDED_BY_TIME.includes(exitCodeOf(code));

/** What the units of systemd call; not for people. Each says what happened on stderr, for the unit's log. */
export function sessionCommand(cli: Cli): Command {
  const session = new Command("session").description("what the fleet's units call").helpCommand(false);
  const own = (name: string, description: string): Command =>
    session.command(name).description(description).option("--mosaic-home <dir>", "the Mosaic home");
  own("hold", "start the tmux server and its holder session").action((options: HomeOption) =>
    givingUp(cli, async () => {
      await (await open(options)).hold();
    }),
  );
  own("start", "start an agent's session; prints its process and the session")
    .argument("<agent>")
    .action((agent: string, options: HomeOption) =>
      givingUp(cli, async () => {
        const { pid, sessionId } = await (await open(options)).start(agent);
        cli.out.answer({ pid, session: sessionId }, () => `${String(pid)} ${sessionId}`);
      }),
    );
  own("stop", "end an agent's session")
    .argument("<agent>")
    .action(async (agent: string, options: HomeOption) => {
      await (await open(options)).stop(agent);
    });
  own("ended", "end as an agent's session ended")
    .argument("<agent>")
    .argument("<session>")
    .action(async (agent: string, session: string, options: HomeOption) => {
      const { status, why } = await (await open(options)).ended(agent, session);
      cli.out.note(why);
      cli.exit(status);
    });
  return session;
}

const open = async ({ mosaicHome }: HomeOption): Promise<UnitSessions> =>
  (await import("../environment.ts")).openUnitSessions(mosaicHome);

async function givingUp(cli: Cli, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (mendedByTime(code) || !(error instanceof Error) || !("hint" in error)) throw error;
    await cli.out.failure({ code, message: error.message, hint: String(error.hint) });
    cli.exit(GIVE_UP);
  }
}
