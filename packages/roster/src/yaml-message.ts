import type { YAMLParseError, YAMLWarning } from "yaml";
import { printable } from "./quote.ts";

const LONGEST_MESSAGE = 160;

/** What the YAML library reports without its mend; the rest of its messages are sentences already. */
const MENDS: Partial<Record<string, string>> = {
  TAB_AS_INDENT: "a tab indents this line; YAML allows only spaces",
  MULTILINE_IMPLICIT_KEY: 'not "key: value"; a key stands on one line and a colon and a space follow it',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " on this line; put a text that contains ": " in quotes',
  BAD_SCALAR_START: "a plain text cannot begin with this character; put the text in quotes",
  BAD_DQ_ESCAPE: "an unknown \\ escape; in double quotes write \\\\ for a backslash, or use single quotes",
  TAG_RESOLVE_FAILED: "a tag (!) has no meaning in a roster; remove it, or put the text in quotes",
  BAD_DIRECTIVE: "an unknown % directive; remove it",
};

/** The library's report as one line that is safe to print, with the mend where we know it. */
export function yamlMessage(error: YAMLParseError | YAMLWarning): string {
  // Some messages quote the text, which may be as long as the file.
  return MENDS[error.code] ?? `not valid YAML: ${printable(error.message, LONGEST_MESSAGE)}`;
}
