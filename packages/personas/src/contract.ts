import { createHash } from "node:crypto";
import type { Persona } from "./persona.ts";

/** One layer of a contract and the file it is from. */
export interface ContractLayer {
  /** The file's name, as `USER.md` or `USER.local.md`. */
  readonly name: string;
  readonly text: string;
}

/** What the contract of one seat is composed of. Absent layers leave no trace. */
export interface ContractParts {
  readonly layers: {
    readonly constitution?: string | undefined;
    readonly soul?: string | undefined;
    readonly user?: string | undefined;
    readonly tools?: string | undefined;
    /** The operator's overlays, in the order they are read. */
    readonly locals: readonly ContractLayer[];
  };
  /** What holds for every agent on the seat's runtime. */
  readonly runtimeNotes?: string | undefined;
  /** Absent for a free class such as `worker`. */
  readonly persona?: Persona | undefined;
  readonly commsBlock: string;
}

function part(name: string, text: string | undefined): string[] {
  const trimmed = text?.trim() ?? "";
  return trimmed === "" ? [] : [`<!-- ${name} -->\n${trimmed}\n`];
}

/** The whole system prompt of a seat: general layers first, the seat's own role and peers last. */
export function composeContract({ layers, runtimeNotes, persona, commsBlock }: ContractParts): string {
  return [
    ...part("CONSTITUTION.md", layers.constitution),
    ...part("SOUL.md", layers.soul),
    ...part("USER.md", layers.user),
    ...part("TOOLS.md", layers.tools),
    ...part("runtime", runtimeNotes),
    ...layers.locals.flatMap(({ name, text }) => part(name, text)),
    ...part(`role ${persona?.class ?? ""}`, persona?.body),
    ...part("comms", commsBlock),
  ].join("\n");
}

/** 12 hexadecimal digits: another contract has another hash. */
export const contractHash = (contract: string): string =>
  createHash("sha256").update(contract).digest("hex").slice(0, 12);
