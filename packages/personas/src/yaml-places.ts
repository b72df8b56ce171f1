import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser, type Node, type Pair } from "yaml";
import { tooDeep, YAML_RULES } from "@mosaic/fleet-roster";
import { printable, quote } from "./quote.ts";
import type { LineProblem } from "./text-rules.ts";

export type Path = readonly (string | number)[];

/** A YAML text as plain values, with the line of each. */
export interface YamlPlaces {
  readonly value: unknown;
  /** The line of the key or item at `path`, or of its nearest parent that stands in the text. */
  readonly lineOf: (path: Path) => number;
  /** What is wrong with it as YAML; `value` then holds what could be read. */
  readonly problems: readonly LineProblem[];
}

/** Deeper than any file of ours; the YAML library recurses once per level. */
const MAX_DEPTH = 12;

/** In UTF-16 units; 500 seats have less. The library's time grows with the square of a hostile text. */
const MAX_LENGTH = 32 * 1024;

/**
 * Reads the part of YAML that our files are written in: maps with text keys, lists and scalars. Anchors, aliases and
 * tags are reported, never followed.
 *
 * @param firstLine - The line on which the text begins in its file, from 1.
 */
export function readYaml(text: string, firstLine = 1): YamlPlaces {
  const counter = new LineCounter();
  const problems: LineProblem[] = [];
  const places = new Map<string, number>();
  const lineAt = (offset: number): number => Math.max(1, counter.linePos(offset).line) + firstLine - 1;
  const report = (offset: number, message: string): void =>
    void problems.push({ line: lineAt(offset), message });
  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length--) {
      const line = places.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return firstLine;
  };
  const startOf = (node: Node): number => node.range?.[0] ?? 0;

  const readMap = (pairs: readonly Pair<Node | null, Node | null>[], path: Path): unknown => {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const offset = key ? startOf(key) : 0;
      if (!isScalar(key) || typeof key.value !== "string") {
        report(offset, "a key must be text on one line");
        continue;
      }
      const name = key.value;
      const inside = [...path, name];
      if (entries.has(name)) {
        report(offset, `the key ${quote(name)} stands on line ${String(lineOf(inside))} already; keep one`);
        continue;
      }
      places.set(JSON.stringify(inside), lineAt(offset));
      entries.set(name, read(value, inside));
    }
    return Object.fromEntries(entries);
  };
  const read = (node: Node | null, path: Path): unknown => {
    if (!node) return null;
    if (isAlias(node) || node.anchor !== undefined) {
      report(startOf(node), "anchors (&) and aliases (*) are not used here; write the value out");
      return undefined;
    }
    if (node.tag !== undefined && node.tag.startsWith("!") && isScalar(node)) {
      report(startOf(node), "a tag (!) has no meaning here; remove it, or put the text in quotes");
    }
    if (isScalar(node)) return node.value;
    // The composer makes pairs and items of nodes.
    if (isMap<Node | null, Node | null>(node)) return readMap(node.items, path);
    if (!isSeq<Node | null>(node)) return undefined;
    return node.items.map((element, index) => {
      const inside = [...path, index];
      places.set(JSON.stringify(inside), element ? lineAt(startOf(element)) : lineOf(path));
      return read(element, inside);
    });
  };

  if (text.length > MAX_LENGTH) {
    const message = `${String(text.length)} characters of YAML; at most ${String(MAX_LENGTH)} are read`;
    return { value: undefined, lineOf, problems: [{ line: firstLine, message }] };
  }
  const tokens = [...new Parser(counter.addNewLine).parse(text)];
  const deep = tooDeep(tokens, MAX_DEPTH);
  if (deep !== undefined) {
    report(deep, `nested deeper than ${String(MAX_DEPTH)} levels`);
    return { value: undefined, lineOf, problems };
  }
  const composer = new Composer({ ...YAML_RULES, lineCounter: counter });
  const [document, second] = composer.compose(tokens, true, text.length);
  for (const { pos, message } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    report(pos[0], `not valid YAML: ${printable(message)}`);
  }
  if (second) report(second.range[0], "a second YAML document begins here; keep one");
  return { value: document ? read(document.contents, []) : null, lineOf, problems };
}
