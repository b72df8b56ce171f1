/** The same seed gives the same numbers from 0 to 1, on every machine. */
export function seeded(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MOST_BYTES = 65_536;
/** What people and programs write, and what breaks terminals. */
const ALPHABETS: readonly (readonly string[])[] = [
  Array.from(
    "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,;:!?'\"()[]{}<>/\\|#$%&*+-=@^_`~\n\t",
  ),
  Array.from("äöüßéèñçøåłžабвгдежзשלוםمرحباαβγ 漢字かな한국어\n"),
  ["👩‍👩‍👧", "🇨🇭", "e\u0301", "\u200b", "\u202e", "𝒜", "\ud800", " "],
  [
    "\u001b[201~",
    "\u001b]0;t\u0007",
    "\r\n",
    "\u0003",
    "\u007f",
    "\u009b31m",
    "!rm -rf /",
    "/clear",
    "@file",
    " @",
    " $HOME",
    `\n${"─".repeat(120)}\n`,
    "#{pid}",
    " ",
  ],
];

/** Any unicode, 1 byte to 64 KiB, short ones as often as long ones. It always holds something to send. */
export function randomText(random: () => number): string {
  const bytes = Math.floor(MOST_BYTES ** random());
  const alphabets = ALPHABETS.slice(0, 1 + Math.floor(random() * ALPHABETS.length));
  let text = "x";
  for (let size = 1; size < bytes;) {
    const alphabet = alphabets[Math.floor(random() * alphabets.length)] ?? [];
    const next = alphabet[Math.floor(random() * alphabet.length)] ?? "";
    size += Buffer.byteLength(next);
    text += next;
  }
  return text;
}
