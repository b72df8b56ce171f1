/** One end of a message, as it stands in a header: `<host>:<session>`. */
export interface Address {
  readonly host: string;
  readonly session: string;
}

/** Header and text of a message: what a pane is given. */
export interface Message {
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly text: string;
}

/** What may stand behind `#` in a header: 1 to 64 letters, digits, `_`, `.` and `-`, a letter or a digit first. */
export const MESSAGE_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** Either end has at most 400 characters: without a bound the time grows with the square of a hostile text. */
const HEADER = /^\[(\S[^\]\n]{0,399}?) -> (\S[^\]\n]{0,399}?) #([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\] ?/;

/** How the human at a terminal signs. No agent's name begins with `_`, for a fleet that has an agent of that name. */
export const operatorLabel = (agents: readonly { readonly name: string }[]): string =>
  agents.some(({ name }) => name === "operator") ? "_operator" : "operator";

export const formatAddress = ({ host, session }: Address): string => `${host}:${session}`;

/**
 * A label that cannot break out of the header: without brackets, arrows, whitespace and control characters,
 * at most 80 characters. Empty when nothing is left.
 */
export function headerLabel(label: string): string {
  const allowed = label.replace(/->/g, "").replace(/[^\p{L}\p{N}@:._+-]/gu, "");
  // By characters: half a surrogate pair is none.
  return Array.from(allowed).slice(0, 80).join("");
}

/**
 * The header stands first on the first line, which also keeps a leading `!` or `/` from being a command of the
 * runtime.
 */
export function formatMessage(message: Message): string {
  return `[${message.from} -> ${message.to} #${message.id}] ${message.text}`;
}

/** Between where a message came from and what its sender claims. */
export const CLAIMED = " claimed:";

/**
 * Who a message is from. `stamp` is where it really came from; what the sender claims stands behind it as a claim.
 *
 * @param claimed - As it came: a label, or a stamp and a claim that another host has put together.
 */
export function senderLabel(stamp: string, claimed: string | undefined): string {
  const labels = (claimed ?? "").split(CLAIMED).map(headerLabel);
  return [stamp, ...labels.filter((label) => label !== "" && label !== stamp)].join(CLAIMED);
}

/** @returns `undefined` when the text does not begin with a header. */
export function parseMessage(text: string): Message | undefined {
  const match = HEADER.exec(text);
  const [header, from, to, id] = match ?? [];
  if (header === undefined || from === undefined || to === undefined || id === undefined) return undefined;
  return { from, to, id, text: text.slice(header.length) };
}
