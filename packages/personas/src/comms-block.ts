import { formatAddress, operatorLabel } from "@mosaic/fleet-model";
import type { Agent, Roster } from "@mosaic/fleet-roster";

/**
 * The command that reaches a peer.
 *
 * @param from - The host it is typed on.
 * @param home - The host of the roster: of the seats that name none.
 */
function commandFor(peer: Agent, from: string, home: string): string {
  const label = peer.host ?? (peer.ssh === undefined ? home : undefined);
  const destination = label === from ? undefined : (peer.ssh ?? label);
  const socket = peer.socket === undefined ? "" : ` -L ${peer.socket}`;
  const host = destination === undefined ? "" : ` -H ${destination}`;
  return `agent-send.sh -s ${peer.name}${socket}${host} -m "..."`;
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
  const from = (one ? own[0]?.host : undefined) ?? host;
  const lines = peers.map((peer) => `- ${peer.name} (${peer.class}): \`${commandFor(peer, from, host)}\``);
  return `# Your address and your peers

You are ${addresses.join(" or ")}${one ? "" : "; `echo $MOSAIC_AGENT_NAME` says which"}.

## Peers
${lines.length === 0 ? "You have no peers in this fleet." : lines.join("\n")}

For long text write a file and send it with \`-f FILE\` in place of \`-m\`. With \`--queue\` a message to a peer that is down
or blocked waits for it, and you are told when it expires. Names are exact.

## Messages you get
Each begins with \`[from -> to #id]\`. To reply, flip it: send to the session after the colon in \`from\`, and begin
your text with \`re #id\`. What stands behind \`claimed:\` is only what the sender says. A sender that ends in \`:${operatorLabel(roster.agents)}\` is the human at the terminal of that host; answer in your
own output, which the human reads.

## Receipts
- \`accepted\`: a turn of the peer began with your message.
- \`queued\`: the peer was busy and has taken it, or it waits in the peer's mailbox; it is read when its turn comes.
- \`not-delivered\`: nothing reached the peer, and the receipt says why. Mend that first, then send again.
- \`unknown\`: no evidence in time. Look with \`mosaic agent tail NAME\`; do not send it again.

\`--verify\` asks for that evidence; every send looks for it anyway, and the exit code says what it found.
`;
}
