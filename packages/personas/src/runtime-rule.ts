import { BUILT_IN_RUNTIMES } from "@mosaic/fleet-roster";
import { isClassName } from "./class-name.ts";
import { PersonasError } from "./error.ts";
import type { ProfileSeat } from "./profile.ts";
import { quote } from "./quote.ts";
import { suggest } from "./suggest.ts";

export type BuiltInRuntime = (typeof BUILT_IN_RUNTIMES)[number];

/** Matches every class. */
export const ANY_CLASS = "*";

/** `--runtime CLASS=RUNTIME[:MODEL]`: which runtime the seats of a class get. */
export interface RuntimeRule {
  readonly class: string;
  readonly runtime: BuiltInRuntime;
  readonly model_hint?: string;
}

/** What a seat runs. */
export interface RuntimeChoice {
  readonly runtime: BuiltInRuntime;
  readonly model_hint?: string;
}

const DEFAULT_RUNTIME: BuiltInRuntime = "claude";

/**
 * The runtime policy. The first that matches wins whole: a rule, in the order given; what the profile says of the
 * seat; `claude`. A model belongs to the runtime it is written beside, so a rule without one takes the profile's
 * away.
 */
export function runtimeOf(seat: ProfileSeat, rules: readonly RuntimeRule[]): RuntimeChoice {
  const rule = rules.find((one) => one.class === ANY_CLASS || one.class === seat.class);
  const runtime = rule ? rule.runtime : (seat.runtime ?? DEFAULT_RUNTIME);
  const model = rule ? rule.model_hint : seat.model_hint;
  return { runtime, ...(model === undefined ? {} : { model_hint: model }) };
}

export function invalidRule(rule: string, problem: string): PersonasError {
  return new PersonasError({
    code: "RUNTIME_RULE_INVALID",
    message: `${quote(rule)}: ${problem}`,
    hint: "Write CLASS=RUNTIME or CLASS=RUNTIME:MODEL, as code=codex:gpt-5.5 or '*=canary'.",
  });
}

/** @throws PersonasError `RUNTIME_RULE_INVALID`. */
export function parseRuntimeRule(text: string): RuntimeRule {
  const [, name, runtime, , model] = /^([^=]*)=([^:]*)(:(.*))?$/s.exec(text) ?? [];
  if (name === undefined || runtime === undefined) throw invalidRule(text, 'there is no "=" in it');
  if (name !== ANY_CLASS && !isClassName(name)) {
    throw invalidRule(text, `${quote(name)} is not a class; put a class or * before the "="`);
  }
  const builtIn = BUILT_IN_RUNTIMES.find((one) => one === runtime);
  if (builtIn === undefined) {
    const near = suggest(runtime, BUILT_IN_RUNTIMES, "runtimes");
    throw invalidRule(text, `${quote(runtime)} is not a runtime; ${near}`);
  }
  if (model === undefined) return { class: name, runtime: builtIn };
  if (!/^[^\s\p{Cc}](?:[^\p{Cc}\u2028\u2029]*[^\s\p{Cc}])?$/u.test(model)) {
    throw invalidRule(
      text,
      "the model is not text on one line; leave the colon out, or put a model after it",
    );
  }
  return { class: name, runtime: builtIn, model_hint: model };
}
