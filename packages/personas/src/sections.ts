import { nearest } from "@mosaic/fleet-model";
import { quote } from "./quote.ts";
import type { LineProblem } from "./text-rules.ts";

/** A `## ` part of a role contract. */
export interface PersonaSection {
  readonly title: string;
  /** Without the heading, trimmed. */
  readonly text: string;
  /** The line of the heading, from 1. */
  readonly line: number;
}

/** What every contract has; others may stand beside them, in any order. */
const REQUIRED_SECTIONS = ["Mandate", "Boundaries", "Persona"] as const;

interface Heading {
  readonly level: number;
  readonly title: string;
  /** Counted from 0. */
  readonly index: number;
}

export interface Contract {
  readonly title: string;
  readonly intro: string;
  readonly sections: readonly PersonaSection[];
  readonly problems: readonly LineProblem[];
}

/** The headings of levels 1 and 2 outside code blocks. */
function headings(lines: readonly string[], from: number, problems: LineProblem[]): Heading[] {
  const found: Heading[] = [];
  let fence: { readonly mark: string; readonly index: number } | undefined;
  for (const [index, line] of lines.entries()) {
    if (index < from) continue;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (!fence) fence = { mark, index };
      else if (mark.startsWith(fence.mark) && line.trim() === mark) fence = undefined;
      continue;
    }
    const heading = fence ? undefined : /^(#{1,2})\s+(\S.*?)\s*#*$/.exec(line);
    const title = heading?.[2];
    if (title !== undefined) found.push({ level: heading?.[1]?.length ?? 0, title, index });
  }
  if (fence) {
    const message = `the code block that begins here is never closed; end it with ${quote(fence.mark)} on a line of its own`;
    problems.push({ line: fence.index + 1, message });
  }
  return found;
}

const textOf = (lines: readonly string[], from: number, to: number | undefined): string =>
  lines.slice(from, to).join("\n").trim();

function missingSections(found: readonly Heading[], after: number): LineProblem[] {
  const titles = found.map(({ title }) => title);
  return REQUIRED_SECTIONS.filter((required) => !titles.includes(required)).map((required) => {
    const near = found.find(({ title }) => nearest(title, [required]).length > 0);
    const mend = near ? `rename ${quote(`## ${near.title}`)} on line ${String(near.index + 1)}` : "add it";
    return { line: after, message: `the section "## ${required}" is missing; ${mend}` };
  });
}

/** Reads title, introduction and sections of a contract from `from` on, counted from 0. */
export function readSections(lines: readonly string[], from: number): Contract {
  const problems: LineProblem[] = [];
  const all = headings(lines, from, problems);
  const title = all.find(({ level }) => level === 1);
  const parts = all.filter(({ level }) => level === 2);
  const first = parts[0];
  if (!title || (first && first.index < title.index)) {
    const message = 'the title is missing; write "# Title" as the first line of the contract';
    problems.push({ line: from + 1, message });
  }
  const intro = title ? textOf(lines, title.index + 1, first?.index) : "";
  if (title && intro === "") {
    problems.push({
      line: title.index + 1,
      message: "no introduction follows the title; say who the seat is",
    });
  }
  const sections = parts.map(({ title: name, index }, i) => {
    const text = textOf(lines, index + 1, parts[i + 1]?.index);
    const line = index + 1;
    const earlier = parts.find((part) => part.title === name);
    if (text === "")
      problems.push({ line, message: `the section ${quote(`## ${name}`)} is empty; write it or remove it` });
    if (earlier && earlier.index < index) {
      const message = `the section ${quote(`## ${name}`)} stands on line ${String(earlier.index + 1)} already; join the two`;
      problems.push({ line, message });
    }
    return { title: name, text, line };
  });
  problems.push(...missingSections(parts, lines.length));
  return { title: title?.title ?? "", intro, sections, problems };
}
