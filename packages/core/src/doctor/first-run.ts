import { isFleetError } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";
import { startsOf, type Start } from "./starts.ts";
import { readIfPresent } from "../files.ts";
import { repositoryOf } from "../launch/repository.ts";
import { requireLogin } from "../launch/launch-runtime.ts";

/** What a runtime would ask a person before it takes its first message. */
interface FirstRunFacts {
  readonly start: Start;
  /** Why nobody is logged in, and how one does; undefined where somebody is. */
  readonly login: { readonly message: string; readonly mend: string } | undefined;
  /** The runtime's own configuration, where it has answers in one. */
  readonly file: string;
  /** The answers that it lacks. */
  readonly unanswered: readonly string[];
  /** Why it cannot be read. */
  readonly broken: string | undefined;
}

function judgeFirstRun(all: readonly FirstRunFacts[]): Finding[] {
  const found = all.flatMap(({ start, login, file, unanswered, broken }) => {
    const { name, folder, program, env } = start;
    const of: Finding[] = [];
    if (login !== undefined)
      of.push(finding("RUNTIME_NOT_LOGGED_IN", name, login.message, { mend: login.mend }));
    if (broken !== undefined)
      of.push(finding("RUNTIME_CONFIG_INVALID", file, `${file} cannot be read: ${broken}`));
    if (unanswered.length > 0 && program !== undefined) {
      const action = { kind: "first-run", program, env, folder } as const;
      const message = `${file} does not say yet that ${unanswered.join(", and that ")}`;
      const fix = { before: "not answered", after: unanswered.join(", "), action };
      of.push(finding("FIRST_RUN_OPEN", `${name} in ${folder}`, message, { fix }));
    }
    return of;
  });
  // Seats that share a program, and a folder, share what is found of it.
  return [...new Map(found.map((one) => [`${one.code} ${one.subject}`, one])).values()];
}

async function lookAtFirstRun(evidence: Evidence): Promise<readonly FirstRunFacts[]> {
  const starts = await startsOf(evidence);
  return Promise.all(starts.map((start) => lookAt(evidence.context, start)));
}

async function lookAt(context: FleetContext, start: Start): Promise<FirstRunFacts> {
  const { program, env, folder } = start;
  const login = program && (await troubleOf(() => requireLogin(context, program, env)));
  const firstRun = program?.firstRun;
  if (!firstRun) return { start, login, file: "", unanswered: [], broken: undefined };
  const file = firstRun.file(env, context.userHome);
  try {
    const answered = firstRun.answer(await readIfPresent(file), await repositoryOf(folder), env);
    return { start, login, file, unanswered: answered?.added ?? [], broken: undefined };
  } catch (error) {
    return {
      start,
      login,
      file,
      unanswered: [],
      broken: error instanceof Error ? error.message : String(error),
    };
  }
}

async function troubleOf(look: () => Promise<void>): Promise<FirstRunFacts["login"]> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (!isFleetError(error)) throw error;
    return { message: error.message, mend: error.hint };
  }
}

export const firstRunCheck = check({
  name: "first-run",
  title: "First run",
  look: lookAtFirstRun,
  judge: judgeFirstRun,
  sum: (all) =>
    all.some(({ start }) => start.program) ? "who is logged in, what is asked" : "nothing is asked",
});
