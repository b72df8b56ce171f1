import { chmod } from "node:fs/promises";
import type { FleetContext } from "../context.ts";
import type { Finding, Fix } from "./findings.ts";
import { writeAtomically } from "../files.ts";
import { answerFirstRun } from "../launch/first-run.ts";
import { agentsMosaic } from "../install-home.ts";
import { reload } from "../manage/install-units.ts";
import { seedIfNever } from "../update/seed.ts";
import { writeUnits } from "../manage/units.ts";

/** What `--fix` did about one finding. */
export interface Fixed {
  readonly code: string;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** Why it could not be done; null when it was. */
  readonly error: string | null;
}

/** Never fails: what could not be done is told. */
export async function applyFix(context: FleetContext, { code, subject }: Finding, fix: Fix): Promise<Fixed> {
  const { before, after } = fix;
  const outcome = { code, subject, before, after };
  try {
    await perform(context, fix.action);
    return { ...outcome, error: null };
  } catch (error) {
    return { ...outcome, error: error instanceof Error ? error.message : String(error) };
  }
}

async function perform(context: FleetContext, action: Fix["action"]): Promise<void> {
  switch (action.kind) {
    case "mode":
      return chmod(action.path, action.mode);
    case "first-run":
      await answerFirstRun(context, action.program, action.env, action.folder);
      return;
    case "seed":
      return seedIfNever(context);
    case "units":
      await writeUnits(context, false);
      return reload(context);
    case "shim": {
      const { path, content } = await agentsMosaic(context);
      await writeAtomically(path, content, 0o755);
      return chmod(path, 0o755);
    }
    case "run": {
      const { exitCode, stderr } = await context.run(action.argv);
      if (exitCode !== 0)
        throw new Error(stderr.trim() || `${action.argv[0]} ended with ${String(exitCode)}`);
    }
  }
}
