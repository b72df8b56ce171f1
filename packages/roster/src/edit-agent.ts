import { nearest } from "@mosaic/fleet-model";
import { isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { addBlockKey, addSeatLines, removeBlockKey, removeSeatLines, setBlockValue } from "./edit-block.ts";
import { addFlowKey, addFlowSeat, removeFlowKey, removeFlowSeat, setFlowValue } from "./edit-flow.ts";
import { RosterError } from "./error.ts";
import { quote } from "./quote.ts";
import { readRoster, type ReadRoster } from "./read-roster.ts";
import type { WrittenAgent, WrittenRoster } from "./roster.ts";
import { sameValue } from "./same-value.ts";
import { agentEntries, type AgentKey, type AgentValue } from "./seat-text.ts";
import { applySplices, type Splice } from "./splice.ts";

/** What to change of a seat: a value to set, or null to remove the key and return to its default. */
export type AgentChanges = { readonly runtime?: string } & {
  readonly [Key in Exclude<AgentKey, "name" | "runtime">]?: Exclude<WrittenAgent[Key], undefined> | null;
};

const SOURCE = "roster";

interface Open extends ReadRoster {
  readonly text: string;
  readonly source: string;
  readonly json: boolean;
  /** Absent when the seats are not written out in a list of their own. */
  readonly seats: YAMLSeq<Node> | undefined;
}

function open(text: string, source: string): Open {
  const read = readRoster(text, source);
  const seats = read.document.get("agents", true);
  return { ...read, text, source, json: isJson(text), seats: isSeq<Node>(seats) ? seats : undefined };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ""));
    return true;
  } catch {
    return false;
  }
}

function indexOfAgent({ written, source }: Open, name: string): number {
  const index = written.agents.findIndex((agent) => agent.name === name);
  if (index >= 0) return index;
  const names = written.agents.map((agent) => agent.name);
  const near = nearest(name, names);
  throw new RosterError({
    code: "ROSTER_AGENT_UNKNOWN",
    message: `${source} has no agent ${quote(name)}`,
    hint:
      near.length > 0
        ? `Did you mean ${near.join(" or ")}?`
        : `Its agents: ${names.slice(0, 20).join(", ")}.`,
  });
}

/**
 * The edited text, after the parser found in it what was asked for and nothing else changed. An anchor in one seat
 * that another seat repeats is what makes a correct edit of the text a wrong edit of the roster.
 */
function finish(roster: Open, splices: readonly Splice[] | undefined, expected: WrittenRoster): string {
  const edited = splices && applySplices(roster.text, splices);
  if (edited !== undefined && sameValue(readRoster(edited, `${roster.source} (edited)`).written, expected))
    return edited;
  throw new RosterError({
    code: "ROSTER_EDIT_UNSUPPORTED",
    message: `${roster.source} is laid out in a way that only a person can edit: its seats share text by anchors, or their lines`,
    hint: "Make the change in an editor, or write every seat out under agents, one key per line.",
  });
}

const withoutUnset = (agent: WrittenAgent): WrittenAgent =>
  // Only keys without a value go.
  Object.fromEntries(agentEntries(agent)) as unknown as WrittenAgent;

/**
 * Adds a seat behind the last one. Every other byte of the text stays.
 *
 * @param source - Names the roster in messages.
 * @throws {@link RosterError} `ROSTER_AGENT_EXISTS`; `ROSTER_INVALID` when the text, or the text with this seat, is
 *   no roster; `ROSTER_EDIT_UNSUPPORTED`.
 */
export function addAgent(text: string, agent: WrittenAgent, source = SOURCE): string {
  const roster = open(text, source);
  const { written, seats, json } = roster;
  if (written.agents.some(({ name }) => name === agent.name))
    throw new RosterError({
      code: "ROSTER_AGENT_EXISTS",
      message: `${source} has an agent ${quote(agent.name)} already`,
      hint: "Take another name, or configure the agent that has it.",
    });
  const added = withoutUnset(agent);
  const splices =
    seats && (seats.flow === true ? addFlowSeat(text, seats, added, json) : addSeatLines(text, seats, added));
  return finish(roster, splices, { ...written, agents: [...written.agents, added] });
}

/**
 * Removes a seat with the comments right above it. Every other byte of the text stays.
 *
 * @throws {@link RosterError} `ROSTER_AGENT_UNKNOWN`; `ROSTER_INVALID` when it is the only one;
 *   `ROSTER_EDIT_UNSUPPORTED`.
 */
export function removeAgent(text: string, name: string, source = SOURCE): string {
  const roster = open(text, source);
  const { written, seats } = roster;
  const index = indexOfAgent(roster, name);
  if (written.agents.length === 1)
    throw new RosterError({
      code: "ROSTER_INVALID",
      message: `${quote(name)} is the only agent of ${source}, and a roster has at least one`,
      hint: "Add another agent first, or remove the roster.",
    });
  const splices =
    seats && (seats.flow === true ? removeFlowSeat(text, seats, index) : removeSeatLines(text, seats, index));
  return finish(roster, splices, { ...written, agents: written.agents.filter((_, at) => at !== index) });
}

function configureKey(
  roster: Open,
  seat: YAMLMap<Node, Node | null>,
  key: AgentKey,
  value: AgentValue | null,
): Splice[] | undefined {
  const { text, json } = roster;
  const at = seat.items.findIndex((pair) => "value" in pair.key && pair.key.value === key);
  const pair = seat.items[at];
  const flow = seat.flow === true;
  if (value === null) {
    if (!pair) return [];
    return flow ? removeFlowKey(text, seat, at) : removeBlockKey(text, seat, at);
  }
  if (pair) return flow ? setFlowValue(pair, value, json) : setBlockValue(text, pair, value);
  return flow ? addFlowKey(text, seat, key, value, json) : [addBlockKey(text, seat, key, value)];
}

/**
 * Sets, adds and removes keys of one seat. Every other byte of the text stays; with nothing to change, all of them.
 *
 * @throws {@link RosterError} `ROSTER_AGENT_UNKNOWN`; `ROSTER_INVALID` when the seat would not be valid;
 *   `ROSTER_EDIT_UNSUPPORTED`.
 */
export function configureAgent(text: string, name: string, changes: AgentChanges, source = SOURCE): string {
  indexOfAgent(open(text, source), name);
  // One key at a time: each edit moves the places of the next.
  const set = Object.entries(changes as Readonly<Record<string, AgentValue | null | undefined>>);
  return set.reduce((current, [key, value]) => {
    const roster = open(current, source);
    const index = indexOfAgent(roster, name);
    const agent = roster.written.agents[index];
    // A key that is unknown is refused when the edited text is parsed.
    const agentKey = key as AgentKey;
    if (value === undefined || agent === undefined || sameValue(agent[agentKey] ?? null, value))
      return current;
    const seat = roster.seats?.items[index];
    const splices = isMap<Node, Node | null>(seat) ? configureKey(roster, seat, agentKey, value) : undefined;
    const { [agentKey]: _, ...rest } = agent;
    const changed = { ...rest, ...(value === null ? {} : { [key]: value }) };
    // Checked by parsing the edited text.
    const agents = roster.written.agents.map((other, at) =>
      at === index ? (changed as unknown as WrittenAgent) : other,
    );
    return finish(roster, splices, { ...roster.written, agents });
  }, text);
}
