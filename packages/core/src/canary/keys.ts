import { sanitize } from "@mosaic/fleet-model";

/** What the keys that are not text mean to the composer. */
export type KeyName =
  | "enter"
  | "newline"
  | "backspace"
  | "delete"
  | "delete-line"
  | "delete-word"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "interrupt"
  | "leave"
  | "redraw";

export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: KeyName };

export interface KeyReader {
  /** The keys that end within this chunk; bytes that may be the beginning of one are kept for the next. */
  read(chunk: Uint8Array): Key[];
  /** Whether an Escape waits for what belongs to it; without more bytes it was the key itself. */
  readonly escapePending: boolean;
  /** Drops an Escape to which nothing more came. */
  readonly drop: () => void;
}

/** A paste holds at most this many characters; what comes after them is left out. */
export const MAX_PASTE = 1_048_576;
const PASTE_END = "\x1b[201~";

const CONTROLS: Readonly<Partial<Record<string, KeyName>>> = {
  "\r": "enter",
  "\n": "newline",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x15": "delete-line",
  "\x17": "delete-word",
  "\x01": "home",
  "\x05": "end",
  "\x02": "left",
  "\x06": "right",
  "\x10": "up",
  "\x0e": "down",
  "\x03": "interrupt",
  "\x04": "leave",
  "\x0c": "redraw",
};

const SEQUENCES: Readonly<Partial<Record<string, KeyName>>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  "1~": "home",
  "7~": "home",
  "4~": "end",
  "8~": "end",
  "3~": "delete",
  "13;2u": "newline",
  "27;2;13~": "newline",
};

const TEXT = /^[^\x00-\x1f\x7f]+/;
const CSI = /^\x1b\[([0-?]*[ -/]*)([@-~])/;
const CSI_BEGUN = /^\x1b\[[0-?]*[ -/]*$/;
const STRING_SEQUENCE = /^\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)/;
const STRING_BEGUN = /^\x1b[\]PX^_][^\x07\x1b]*\x1b?$/;

/**
 * Reads what a terminal sends, whatever the places at which it is split. Unknown sequences are passed over. What is
 * pasted is one key and goes through the sanitiser.
 */
export function createKeyReader(): KeyReader {
  const decoder = new TextDecoder("utf-8");
  let pending = "";
  let paste: string | undefined;

  const takePaste = (more: string): { key: Key; rest: string } | undefined => {
    const from = Math.max(0, (paste ?? "").length - PASTE_END.length);
    const text = `${paste ?? ""}${more}`;
    const end = text.indexOf(PASTE_END, from);
    if (end === -1) {
      // The tail stays whole, because the end may be split over chunks.
      paste = text.length > MAX_PASTE + 64 ? text.slice(0, MAX_PASTE) + text.slice(-PASTE_END.length) : text;
      return undefined;
    }
    paste = undefined;
    return {
      key: { kind: "paste", text: sanitize(text.slice(0, Math.min(end, MAX_PASTE))) },
      rest: text.slice(end + PASTE_END.length),
    };
  };

  const read = (chunk: Uint8Array): Key[] => {
    const keys: Key[] = [];
    let input = decoder.decode(chunk, { stream: true });
    if (paste === undefined) {
      input = pending + input;
      pending = "";
    }
    while (input !== "") {
      if (paste !== undefined) {
        const taken = takePaste(input);
        if (!taken) return keys;
        keys.push(taken.key);
        input = taken.rest;
        continue;
      }
      const step = next(input);
      if (step === "more") {
        pending = input;
        return keys;
      }
      if (step.key === "paste") paste = "";
      else if (step.key) keys.push(step.key);
      input = input.slice(step.length);
    }
    return keys;
  };

  return {
    read,
    get escapePending() {
      return pending !== "" && !pending.startsWith("\x1b[");
    },
    drop: () => {
      pending = "";
    },
  };
}

/**
 * The answer to a question for y or n: one such letter and no other text. A paste is no answer, and neither is a
 * letter of a longer text.
 */
export function choiceIn(keys: readonly Key[]): boolean | undefined {
  const [first, ...more] = keys.filter((key) => "text" in key);
  if (first?.kind !== "text" || more.length > 0 || !/^[yn]$/i.test(first.text)) return undefined;
  return first.text.toLowerCase() === "y";
}

/** The first key of `input` and how many code units it takes; "more" when it may go on in the next chunk. */
function next(input: string): { readonly key?: Key | "paste"; readonly length: number } | "more" {
  const text = TEXT.exec(input)?.[0];
  if (text !== undefined) return { key: { kind: "text", text: sanitize(text) }, length: text.length };
  const [first = ""] = input;
  if (first !== "\x1b") {
    const kind = CONTROLS[first];
    return kind === undefined ? { length: 1 } : { key: { kind }, length: 1 };
  }
  if (input.length === 1 || CSI_BEGUN.test(input) || STRING_BEGUN.test(input)) return "more";
  const csi = CSI.exec(input);
  if (csi) return { ...control(`${csi[1] ?? ""}${csi[2] ?? ""}`), length: csi[0].length };
  const string = STRING_SEQUENCE.exec(input)?.[0];
  if (string !== undefined) return { length: string.length };
  return escaped(input);
}

/** A control sequence by what stands behind `ESC[`; the modifier of a cursor key is passed over. */
function control(sequence: string): { readonly key?: Key | "paste" } {
  if (sequence === "200~") return { key: "paste" };
  const kind = SEQUENCES[sequence] ?? SEQUENCES[sequence.replace(/^1;\d+(?=[A-H]$)|;\d+(?=~$)/, "")];
  return kind === undefined ? {} : { key: { kind } };
}

/** Escape and one more: Alt with a key, or a cursor key in application mode (`ESC O`). */
function escaped(input: string): { readonly key?: Key; readonly length: number } | "more" {
  const second = String.fromCodePoint(input.codePointAt(1) ?? 0);
  if (second === "\r" || second === "\n") return { key: { kind: "newline" }, length: 2 };
  if (second === "\x7f") return { key: { kind: "delete-word" }, length: 2 };
  // Any other control character is a key of its own: Escape was pressed shortly before it.
  if (second < " ") return { length: 1 };
  if (second !== "O") return { length: 1 + second.length };
  if (input.length === 2) return "more";
  const kind = /[A-H]/.test(input[2] ?? "") ? SEQUENCES[input[2] ?? ""] : undefined;
  return kind === undefined ? { length: 3 } : { key: { kind }, length: 3 };
}
