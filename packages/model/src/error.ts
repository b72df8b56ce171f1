/** The base of every error this product throws on purpose. Each package has one subclass and one list of codes. */
export class FleetError<Code extends string = string> extends Error {
  readonly code: Code;
  /** What the operator does next, as one sentence. */
  readonly hint: string;
  constructor(init: { code: Code; message: string; hint: string; cause?: unknown }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = new.target.name;
    this.code = init.code;
    this.hint = init.hint;
  }
}

/** By shape: `instanceof` is false for an error from a second copy of this package. */
export function isFleetError(value: unknown): value is FleetError {
  return value instanceof Error && "code" in value && "hint" in value;
}

export const MODEL_ERROR_CODES = ["AGENT_NAME_INVALID", "HEARTBEAT_INVALID"] as const;

export class ModelError extends FleetError<(typeof MODEL_ERROR_CODES)[number]> {}
