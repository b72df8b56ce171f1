import { InvalidArgumentError } from "commander";
import type { Json } from "@mosaic/fleet-core";

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A whole number, also a negative one. */
export function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("Not a whole number.");
  return value;
}

/** A count: a whole number from 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a whole number from 1.");
}

export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a positive number of seconds.");
}

/** What stands between commas. */
export const listOf = (text: string): string[] =>
  text.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));

/** Seconds, from a number of them or one with its unit: `90`, `30s`, `15m`, `2h`, `1d`. */
export function durationOf(text: string): number {
  const [, digits, unit = "s"] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * (UNIT_SECONDS[unit] ?? 1);
  if (!Number.isFinite(seconds))
    throw new InvalidArgumentError("Write a number of seconds, or 30s, 15m, 2h.");
  return seconds;
}

/** A JSON value, or the text itself where it is none: `12e5678` may be a commit, and as a number it would be infinite. */
export function jsonOr(text: string): Json {
  try {
    const value = JSON.parse(text) as Json; // What JSON.parse returns.
    return typeof value === "number" && String(value) !== text.trim() ? text : value;
  } catch {
    return text;
  }
}
