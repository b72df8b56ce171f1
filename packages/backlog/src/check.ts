import { MAX_PAGE } from "./backlog.ts";
import { CARD_STATUSES } from "./card.ts";
import { BacklogError } from "./error.ts";

/** What a value must be, as words that follow "must be"; undefined when it is that. */
export type Check = (value: unknown) => string | undefined;
export type Checks = Readonly<Record<string, Check>>;

const MAX_TEXT_LENGTH = 1_048_576;
const MAX_LABEL_LENGTH = 200;
const MAX_DEPTH = 64;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

const is =
  (words: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : words;

/** Postgres takes neither NUL nor half a surrogate pair. */
const storable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

const texts = (max: number, min: number): Check =>
  is(
    `text of ${String(min)} to ${String(max)} characters without NUL or broken surrogates`,
    (value) => typeof value === "string" && value.length >= min && value.length <= max && storable(value),
  );

export const id = is(
  "1 to 128 letters, digits, . _ : / and -, beginning with a letter or a digit",
  (value) => typeof value === "string" && ID.test(value),
);
export const label = texts(MAX_LABEL_LENGTH, 1);
export const title = texts(1_000, 1);
export const text = texts(MAX_TEXT_LENGTH, 0);
export const flag = is("true or false", (value) => typeof value === "boolean");
const whole = (min: number, max: number): Check =>
  is(
    `a whole number from ${String(min)} to ${String(max)}`,
    (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max,
  );
export const count = whole(0, Number.MAX_SAFE_INTEGER);
export const fence = whole(1, Number.MAX_SAFE_INTEGER);
/** Years 1 to 9999: what both clocks can say. */
export const time = whole(0, 253_402_300_799_999);
/** So that the numbers of an import, and those that come after it, stay whole ones. */
export const numberFrom = (min: 0 | 1): Check => whole(min, 2 ** 48);
export const attempts = whole(0, 2_147_483_647);
export const priority = whole(-2_147_483_648, 2_147_483_647);
export const pageSize = whole(1, MAX_PAGE);
export const seconds = is(
  "a number of seconds above 0 and up to 2592000, which is 30 days",
  (value) => typeof value === "number" && value > 0 && value <= 2_592_000,
);
export const age = is(
  "a number of seconds from 0 to 3153600000",
  (value) => typeof value === "number" && value >= 0 && value <= 3_153_600_000,
);
export const status = among(CARD_STATUSES);

export function among(values: readonly string[]): Check {
  return is(`one of ${values.join(", ")}`, (value) => values.some((known) => known === value));
}

export const listOf =
  (check: Check, max: number): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length > max) return `a list of at most ${String(max)}`;
    const wrong = value.map(check).find((words) => words !== undefined);
    return wrong === undefined ? undefined : `a list, and everything in it ${wrong}`;
  };

export const orNull =
  (check: Check): Check =>
  (value) => {
    const words = value === null ? undefined : check(value);
    return words === undefined ? undefined : `${words}, or null`;
  };

export const jsonValue = is(
  `JSON of at most ${String(MAX_TEXT_LENGTH)} characters and ${String(MAX_DEPTH)} levels without NUL`,
  (value) => isJson(value, MAX_DEPTH) && JSON.stringify(value).length <= MAX_TEXT_LENGTH,
);

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return value.length <= MAX_TEXT_LENGTH && storable(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === 0) return false;
  if (Array.isArray(value)) return value.every((one) => isJson(one, depth - 1));
  return Object.entries(value).every(([key, one]) => storable(key) && isJson(one, depth - 1));
}

/** An object, its keys among the checks, those of `required` there. An absent key and `undefined` are the same. */
export const object =
  (checks: Checks, required: readonly string[] = []): Check =>
  (value) => {
    const found = problems(checks, required, value);
    return found.length === 0 ? undefined : `an object (${found.join("; ")})`;
  };

export function problems(checks: Checks, required: readonly string[], value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["it must be an object"];
  const given = Object.entries(value).filter(([, one]) => one !== undefined);
  const missing = required
    .filter((key) => !given.some(([known]) => known === key))
    .map((key) => `${key} is missing`);
  const wrong = given.flatMap(([key, one]) => {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (check === undefined) return [`${JSON.stringify(key.slice(0, 60))} is not a field`];
    const words = check(one);
    return words === undefined ? [] : [`${key} must be ${words}`];
  });
  return [...missing, ...wrong];
}

/** @param found - What is wrong, each a clause. @throws {@link BacklogError} `BACKLOG_INVALID` when there is any. */
export function refuse(what: string, found: readonly string[]): void {
  if (found.length === 0) return;
  const shown = found.slice(0, 20);
  const more = found.length > shown.length ? `; and ${String(found.length - shown.length)} more` : "";
  throw new BacklogError({
    code: "BACKLOG_INVALID",
    message: `${what}: ${shown.join("; ")}${more}`,
    hint: "Correct what is named; nothing was written.",
  });
}
