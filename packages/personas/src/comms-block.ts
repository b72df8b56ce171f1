import { formatAddress } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";

/** Where a seat lives, when it is not on this host and on the roster's socket. */
function elsewhere(seat: Agent, host: string): string | undefined {
  if (seat.host !== undefined && seat.host !== host) return `host ${seat.host}`;
  if (seat.ssh !== undefined) return `host ${seat.ssh}`;
  return seat.socket === undefined ? undefined : `socket ${seat.socket}`;
}

function peerLine(peer: Agent, host: string): string {
  const place = elsewhere(peer, host);
  const who = `- ${peer.name} (${peer.class})`;
  if (place === undefined) return `${who}: \`mosaic agent send ${peer.name} --message "..."\``;
  return `${who}: on ${place}, which no send from here reaches; ask the operator of that host to pass it on`;
}

/**
 * The cheat-sheet of how a seat talks to its peers, in Markdown.
 *
 * @param names - The seat it is for; several when it is for whoever of a class reads it.
 * @param host - The short name of the host the sheet is for.
 */
export function commsBlock(roster: Roster, names: readonly string[], host: string): string {
  const own = roster.agents.filter(({ name }) => names.includes(name));
  const peers = roster.agents.filter(({ name }) => !names.includes(name) || names.length > 1);
  const addresses = own.map(
    ({ name, host: label }) => `\`[${formatAddress({ host: label ?? host, session: name })}]\``,
  );
  const one = own.length === 1;
  return `# Your address and your peers

You are ${addresses.join(" or ")}${one ? "" : "; `echo $MOSAIC_AGENT_NAME` says which"}.

## Peers
${peers.length === 0 ? "You have no peers in this fleet." : peers.map((peer) => peerLine(peer, host)).join("\n")}

For long text write a file and send it with \`--file FILE\` in place of \`--message\`. Names are exact.

## Messages you get
Each begins with \`[from -> to #id]\`. To reply, flip it: send to the session after the colon in \`from\`, and begin
your text with \`re #id\`. A sender that ends in \`:operator\` is the human at the terminal of that host; answer in your
own output, which the human reads.

## Receipts
- \`accepted\`: a turn of the peer began with your message.
- \`queued\`: the peer was busy and has taken it; it is read next.
- \`not-delivered\`: nothing reached the peer, and the receipt says why. Mend that first, then send again.
- \`unknown\`: no evidence in time. Look with \`mosaic agent tail NAME\`; do not send it again.

\`--verify\` asks for that evidence; every send looks for it anyway, and the exit code says what it found.
`;
}
