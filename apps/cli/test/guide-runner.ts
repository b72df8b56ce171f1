import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createRun } from "@mosaic/fleet-process";

const ROOT = join(import.meta.dirname, "../../..");
const TIMEOUT_MS = 280_000;

/** One command of a guide. */
export interface GuideStep {
  /** Where it stands in the guide. */
  readonly line: number;
  readonly command: string;
  /** 0, or what a comment `# exit 5` behind the command says. */
  readonly exitCode: number;
  /** What a `console` block shows below the command: `...` stands for anything. Undefined in a `sh` block. */
  readonly output?: string;
}

interface GuideWorld {
  /** `mosaic` must be on its PATH. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** What stands in the guide for something of the reader's, and what it is here. */
  readonly replace?: Readonly<Record<string, string>>;
}

/** The commands of the `sh` and `console` blocks of a guide, in order. A block of another language is not run. */
export function guideSteps(markdown: string): GuideStep[] {
  const blocks = markdown.matchAll(/^```(sh|console)\n(.*?)^```$/gms);
  return [...blocks].flatMap(({ 1: language, 2: text = "", index }) => {
    const first = markdown.slice(0, index).split("\n").length + 1;
    return language === "sh" ? shellSteps(text, first) : consoleSteps(text, first);
  });
}

/** A command goes on over lines that end in a backslash. */
function shellSteps(text: string, first: number): GuideStep[] {
  return [...text.matchAll(/^(?:.*\\\n)*.+$/gm)].flatMap(({ 0: command, index }) => {
    if (/^\s*#/.test(command)) return [];
    return [step(command, first + text.slice(0, index).split("\n").length - 1)];
  });
}

function consoleSteps(text: string, first: number): GuideStep[] {
  return [...text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(
    ({ 1: command = "", 2: output = "", index }) => ({
      ...step(command, first + text.slice(0, index).split("\n").length - 1),
      output,
    }),
  );
}

const step = (command: string, line: number): GuideStep => ({
  line,
  command,
  exitCode: Number(/#.*\bexit (\d+)/.exec(command)?.[1] ?? 0),
});

/**
 * Runs the commands of a guide one after the other in one shell, so that `cd` and variables hold.
 *
 * @param guide - From the root of the repository.
 * @returns What was run. @throws Error at the first command that does not do what the guide says.
 */
export async function runGuide(guide: string, { env, cwd, replace = {} }: GuideWorld): Promise<GuideStep[]> {
  let text = await readFile(resolve(ROOT, guide), "utf8");
  for (const [theirs, ours] of Object.entries(replace)) text = text.replaceAll(theirs, ours);
  const steps = guideSteps(text);
  const mark = (index: number, what: string): string => `\u0001${String(index)} ${what}\u0001`;
  const script = steps.map(({ command, exitCode }, index) =>
    [
      `printf '%s' '${mark(index, "begin")}'`,
      command,
      `code=$?; printf '\\001%s %s\\001' ${String(index)} $code; [ $code = ${String(exitCode)} ] || exit`,
    ].join("\n"),
  );
  const { stdout, stderr } = await createRun(env)(["bash", "-c", `exec 2>&1\n${script.join("\n")}`], {
    cwd,
    timeoutMs: TIMEOUT_MS,
  });
  for (const [index, { line, command, exitCode, output }] of steps.entries()) {
    const after = stdout.split(mark(index, "begin"))[1];
    const [printed = "", end = "none"] = after?.split("\u0001") ?? [];
    const at = `${guide}:${String(line)}: ${command}\n${printed}${stderr}`;
    if (after === undefined) throw new Error(`${at}was not reached`);
    if (end !== `${String(index)} ${String(exitCode)}`) throw new Error(`${at}ended with ${end}`);
    if (output !== undefined && !matches(printed, output)) throw new Error(`${at}is not\n${output}`);
  }
  return steps;
}

function matches(printed: string, output: string): boolean {
  const pattern = output
    .split("...")
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`, "s").test(printed);
}
