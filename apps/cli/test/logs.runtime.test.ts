import { expect, test } from "vitest";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { CLAUDE } from "./runtime-claude.ts";
import { CODEX } from "./runtime-codex.ts";
import { OPENCODE } from "./runtime-opencode.ts";
import { PI } from "./runtime-pi.ts";
import { AGENT, PANE, runtimeWorld } from "./runtime-world.ts";

/** More than a screen has room for. */
const TURNS = 7;

/** The questions that were answered, each once where it is told several times in a row. */
function answered(text: string): readonly (string | undefined)[] {
  const answers = [...text.matchAll(/You said: .*(question \d)/g)].map(([, question]) => question);
  return answers.filter((question, at) => question !== answers[at - 1]);
}

test.for([CLAUDE, CODEX, OPENCODE, PI].map((runtime) => [runtime.name, runtime] as const))(
  "the logs of %s have the whole conversation in its order, also what has left the screen",
  async ([, runtime]) => {
    await using w = await runtimeWorld(runtime);
    const follow = w.world.start("fleet", "logs", AGENT, "-f");
    const asked = Array.from({ length: TURNS }, (_, turn) => `question ${String(turn)}`);
    for (const question of asked) {
      await w.send("--message", `${question}\nfirst of ${question}\nsecond of ${question}`);
      await w.until("available");
    }
    expect(await screen(w.world.server, PANE)).not.toContain(asked[0]);
    const { stdout } = await w.world.mosaic("fleet", "logs", AGENT, "-n", "1000");
    expect(answered(stdout)).toEqual(asked);
    const told = stdout.split("\n");
    for (const question of asked)
      expect(told.filter((line) => line.trimEnd().endsWith(`second of ${question}`)).length).toBeGreaterThan(
        0,
      );
    await waitFor(() => answered(follow.stdout()).at(-1) === asked.at(-1), { what: "the last answer" });
    follow.child.kill("SIGTERM");
    await follow.end;
    expect(answered(follow.stdout())).toEqual(asked);
    // The stream itself has hundreds of drawings; what is read has each line a few times at most.
    expect(told.length).toBeLessThan(TURNS * 40);
  },
);
