import { sanitize } from "@mosaic/fleet-model";
import stringWidth from "string-width";

/** Text that anybody may have written, on one line and without what a terminal obeys. */
export const oneLine = (text: string): string => sanitize(text).replaceAll(/\s+/g, " ").trim();

/** The beginning of a text that fits into so many columns of a terminal, with `…` where there is more. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) >= width) break;
    kept += segment;
  }
  return `${kept}…`;
}
