import { nearest } from "@mosaic/fleet-model";
import { orList } from "./quote.ts";

const MOST_LISTED = 12;

/** `did you mean "code"?`, or what there is when nothing is near. */
export function suggest(word: string, candidates: readonly string[], plural: string): string {
  const near = nearest(word, candidates);
  if (near.length > 0) return `did you mean ${orList(near)}?`;
  if (candidates.length === 0) return `there are no ${plural}`;
  const rest = candidates.length - MOST_LISTED;
  const more = rest > 0 ? ` and ${String(rest)} more` : "";
  return `the ${plural} are ${candidates.slice(0, MOST_LISTED).join(", ")}${more}`;
}
