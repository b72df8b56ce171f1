// Whole escape sequences first, so that their printable tails go with them: string sequences (OSC, DCS, SOS, PM,
// APC) to their terminator, CSI with parameters, then any two-character escape.
// eslint-disable-next-line no-control-regex -- control characters are the subject here
const ESCAPE_SEQUENCES =
  /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;
// eslint-disable-next-line no-control-regex -- as above; tab and newline stay
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * What may enter a pane: text without escape sequences, C0 controls other than tab and newline, DEL, C1, bidi
 * controls and lone surrogates. Line ends become `\n`. tmux filters nothing: `ESC[201~` inside a bracketed paste
 * ends it and what follows is executed.
 */
export function sanitize(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(ESCAPE_SEQUENCES, "")
    .replace(CONTROLS, "")
    .replace(BIDI, "")
    .replace(LONE_SURROGATES, "\ufffd");
}
