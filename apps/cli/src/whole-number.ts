import { InvalidArgumentError } from "commander";

/** A count on the command line: a whole number from 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a whole number from 1.");
}
