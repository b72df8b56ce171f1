import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
} from "yaml";
import type { Finding, Path } from "./finding.ts";
import { quote } from "./quote.ts";

/** Aliases may repeat this many values in all; a roster repeats a handful. */
export const MAX_ALIASED_VALUES = 10_000;

/** A value read from the text, with the place of everything in it. */
export interface Place {
  /** A JSON value; undefined where the text holds none and a finding says why. */
  readonly value: unknown;
  readonly offset: number;
  /** Offset of the key it stands behind, where there is one. */
  readonly keyOffset?: number;
  readonly children: ReadonlyMap<string | number, Place>;
  /** How many values it is made of, those behind aliases counted each time. */
  readonly weight: number;
  /** The text of a scalar as it stands in the file. */
  readonly written?: string;
}

interface Reading {
  readonly findings: Finding[];
  readonly lines: LineCounter;
  readonly anchors: Map<string, Place | "open">;
  aliased: number;
}

const NONE: ReadonlyMap<string, Place> = new Map();
// A text with these survives neither a file, nor an env file, nor a terminal.
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const start = (node: Node): number => node.range?.[0] ?? 0;

function checkText(text: string, path: Path, offset: number, { findings }: Reading): void {
  if (CONTROLS.test(text))
    findings.push({ path, offset, message: `${quote(text)} holds a control character` });
  else if (!text.isWellFormed())
    findings.push({ path, offset, message: `${quote(text)} holds half of a surrogate pair` });
}

function readAlias(node: Alias, path: Path, reading: Reading): Place {
  const offset = start(node);
  const target = reading.anchors.get(node.source);
  if (target !== undefined && target !== "open") {
    reading.aliased += target.weight;
    return { ...target, offset };
  }
  const problem = target === "open" ? "stands inside its own anchor" : "has no anchor before it";
  reading.findings.push({
    path,
    offset,
    message: `the alias ${quote(`*${node.source}`)} ${problem}`,
    misspelt: { word: node.source, candidates: target === "open" ? [] : [...reading.anchors.keys()] },
  });
  return { value: undefined, offset, children: NONE, weight: 1 };
}

function readScalar(node: Scalar, path: Path, reading: Reading): Place {
  const offset = start(node);
  const written = node.source ?? "";
  const common = { offset, children: NONE, weight: 1, written };
  if (typeof node.value === "string") checkText(node.value, path, offset, reading);
  // `~` is YAML for null, and the home directory to everybody who writes it here.
  if (node.value === null && written === "~" && path.at(-1) === "working_directory")
    return { ...common, value: "~" };
  if (typeof node.value === "number" && !Number.isFinite(node.value)) {
    reading.findings.push({ path, offset, message: `${quote(written)} is not a number a roster can hold` });
    return { ...common, value: undefined };
  }
  return { ...common, value: node.value };
}

/** @returns The key's text, or undefined after it reported why there is none. */
function readKey(key: Node | null, path: Path, mapOffset: number, reading: Reading): string | undefined {
  const offset = key ? start(key) : mapOffset;
  if (isScalar(key) && typeof key.value === "string") {
    checkText(key.value, [...path, key.value], offset, reading);
    if (key.value !== "__proto__") return key.value;
    reading.findings.push({ path: [...path, key.value], offset, message: `unknown key "__proto__"` });
    return undefined;
  }
  const message =
    isScalar(key) && key.value !== null
      ? `the key ${quote(key.source ?? "")} must be text; put it in quotes`
      : "a key must be text, and a text that begins with { or [ must be in quotes";
  reading.findings.push({ path, offset, message });
  return undefined;
}

function readMap(pairs: readonly Pair[], path: Path, offset: number, reading: Reading): Place {
  const children = new Map<string, Place>();
  for (const pair of pairs) {
    // The composer makes pairs of nodes.
    const { key, value } = pair as Pair<Node | null, Node | null>;
    const name = readKey(key, path, offset, reading);
    const keyOffset = key ? start(key) : offset;
    const child = readNode(value, [...path, name ?? ""], keyOffset, reading);
    if (name === undefined) continue;
    const first = children.get(name);
    if (first === undefined) children.set(name, { ...child, keyOffset });
    else {
      const { line } = reading.lines.linePos(first.keyOffset ?? first.offset);
      const message = `the key ${quote(name)} stands on line ${String(line)} already`;
      reading.findings.push({ path: [...path, name], offset: keyOffset, message });
    }
  }
  const value = Object.fromEntries([...children].map(([name, child]) => [name, child.value]));
  return { value, offset, children, weight: weigh(children) };
}

function readSeq(nodes: readonly (Node | null)[], path: Path, offset: number, reading: Reading): Place {
  const children = new Map(
    nodes.map((node, index) => [index, readNode(node, [...path, index], offset, reading)]),
  );
  return {
    value: [...children.values()].map((child) => child.value),
    offset,
    children,
    weight: weigh(children),
  };
}

const weigh = (children: ReadonlyMap<string | number, Place>): number =>
  [...children.values()].reduce((sum, { weight }) => sum + weight, 1);

function readNode(node: Node | null, path: Path, emptyOffset: number, reading: Reading): Place {
  if (!node) return { value: null, offset: emptyOffset, children: NONE, weight: 1, written: "" };
  if (isAlias(node)) return readAlias(node, path, reading);
  const { anchor } = node;
  if (anchor !== undefined) reading.anchors.set(anchor, "open");
  let place: Place;
  if (isScalar(node)) place = readScalar(node, path, reading);
  else if (isMap(node)) place = readMap(node.items, path, start(node), reading);
  // The composer makes a sequence of nodes; `[a: b]` is a sequence of one map.
  else place = readSeq(isSeq<Node | null>(node) ? node.items : [], path, start(node), reading);
  if (anchor !== undefined) reading.anchors.set(anchor, place);
  return place;
}

/**
 * Reads nodes as JSON values, each key of a map once. The library's own conversion is not used: it has no places,
 * takes keys that are no text, and looks up each alias by walking the document.
 */
export function plainValue(contents: Node | null, lines: LineCounter): { root: Place; findings: Finding[] } {
  const reading: Reading = { findings: [], lines, anchors: new Map(), aliased: 0 };
  const root = readNode(contents, [], 0, reading);
  if (reading.aliased > MAX_ALIASED_VALUES) {
    const message = `aliases repeat more than ${String(MAX_ALIASED_VALUES)} values; write them out`;
    return { root: { ...root, value: undefined }, findings: [{ path: [], offset: 0, message }] };
  }
  return { root, findings: reading.findings };
}

/** The place of `path`, or of its nearest parent that exists. */
export function placeOf(root: Place, path: Path): Place {
  let place = root;
  for (const key of path) {
    const child = place.children.get(key);
    if (!child) return place;
    place = child;
  }
  return place;
}
