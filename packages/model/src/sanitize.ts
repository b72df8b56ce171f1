// Whole escape sequences first, so that their printable tails go with them: string sequences (OSC, DCS, SOS, PM,
// APC) to their terminator, CSI with parameters, then any two-character escape. No sequence reaches past the start of
// the next: otherwise the time grows with the square of the length.
const ESCAPE_SEQUENCES =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;
// Tab and newline stay.
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

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
    .toWellFormed();
}
