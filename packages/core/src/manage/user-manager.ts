import { existsSync } from "node:fs";
import { parseManager, showManager, type ManagerFacts } from "@mosaic/fleet-commands/systemd";
import type { Argv, RunResult } from "@mosaic/fleet-process";
import { isFleetError } from "@mosaic/fleet-model";
import type { FleetContext } from "../context.ts";

/** What the user's service manager says of itself, or why it says nothing. */
export type Asked = { readonly facts: ManagerFacts } | { readonly silent: string };

/** Whether the user's service manager can be there at all; asks the file system only. */
export const mayAnswer = ({ runtimeFolder }: FleetContext): boolean =>
  runtimeFolder !== undefined && existsSync(`${runtimeFolder}/systemd/private`);

/** Read-only. A degraded manager answers: some unit failed, which need not be ours. */
export async function askUserManager(context: FleetContext): Promise<Asked> {
  if (!mayAnswer(context)) return { silent: "no service manager of this user runs here" };
  const result = await systemctl(context, showManager());
  if (typeof result === "string") return { silent: result };
  if (result.exitCode === 0) return { facts: parseManager(result.stdout) };
  const why = firstLine(result.stderr);
  return { silent: `the user's service manager does not answer${why === "" ? "" : `: ${why}`}` };
}

/** @returns why it could not be called, where it could not. */
export async function systemctl(context: FleetContext, argv: Argv): Promise<RunResult | string> {
  return context.run(argv).catch((error: unknown) => {
    if (isFleetError(error) && error.code.startsWith("PROCESS_")) return error.message;
    throw error;
  });
}

export const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
