import stringWidth from "string-width";
import type { DiagnosedCheck, DiagnosedFinding, Diagnosis } from "@mosaic/fleet-core";
import type { Output } from "./output.ts";

const SIGNS = { ok: "✓", noted: "•", doubtful: "!", wrong: "✗", unknown: "?" } as const;
const SIGN_STYLE = {
  ok: "green",
  noted: "cyan",
  doubtful: "yellow",
  wrong: "red",
  unknown: "yellow",
} as const;
const SEVERITY_STYLE = { error: "red", warning: "yellow", info: "cyan" } as const;
const TITLE_WIDTH = 11;
const INDENT = "    ";

/** A line per check, what each has found below it, and a count at the end. @param width - In columns. */
export function diagnosisText(out: Output, diagnosis: Diagnosis, width: number): string {
  const checks = diagnosis.checks.flatMap((check) => {
    const found = diagnosis.findings.filter((one) => one.check === check.check);
    return [
      checkLine(out, check, found),
      ...found.flatMap((one) => findingLines(out, one, diagnosis, width)),
    ];
  });
  const failed = diagnosis.fixes.flatMap(({ subject, error }) =>
    error === null ? [] : [out.paint("red", `could not mend ${subject}: ${error}`)],
  );
  return [...checks, "", ...failed, ...wrapped(countText(out, diagnosis), width, "", "")].join("\n");
}

function checkLine(
  out: Output,
  { title, state, summary }: DiagnosedCheck,
  found: readonly DiagnosedFinding[],
): string {
  const harmless = found.every(({ severity, fixed }) => fixed || severity !== "error");
  const shown = state === "wrong" && harmless ? "doubtful" : state;
  const sign = out.paint(SIGN_STYLE[shown], SIGNS[shown]);
  return `${sign} ${title.padEnd(TITLE_WIDTH)}${out.paint("dim", summary)}`;
}

function findingLines(out: Output, one: DiagnosedFinding, { fixes }: Diagnosis, width: number): string[] {
  const fix = fixes.find(({ code, subject }) => code === one.code && subject === one.subject);
  const name = one.fixed
    ? out.paint("green", `mended ${one.code}`)
    : out.paint(SEVERITY_STYLE[one.severity], `${one.severity} ${one.code}`);
  const mend = wrapped(one.mend, width, `${INDENT}→ `, `${INDENT}  `);
  return [
    `${INDENT}${name}${one.fixable && !one.fixed ? out.paint("dim", "  --fix mends this") : ""}`,
    ...wrapped(one.message, width, INDENT, INDENT),
    ...(one.fixed && fix ? wrapped(`${fix.before} → ${fix.after}`, width, INDENT, INDENT) : mend),
  ];
}

function countText(out: Output, { findings, fixes }: Diagnosis): string {
  const left = findings.filter(({ fixed }) => !fixed);
  const count = (severity: string): number => left.filter((one) => one.severity === severity).length;
  const some = (n: number, word: string): string[] =>
    n === 0 ? [] : [`${String(n)} ${word}${n === 1 ? "" : "s"}`];
  const wrong = [...some(count("error"), "error"), ...some(count("warning"), "warning")];
  const fixable = left.filter(({ fixable: can }) => can).length;
  const mended = findings.length - left.length;
  return [
    wrong.length === 0 ? out.paint("green", "Nothing is wrong.") : `${wrong.join(", ")}.`,
    ...(mended > 0 ? [`${String(mended)} mended.`] : []),
    ...(fixable > 0 && fixes.length === 0
      ? [`mosaic fleet doctor --fix mends ${some(fixable, "finding").join("")}.`]
      : []),
  ].join(" ");
}

/** Broken at spaces; a word that is longer than a line keeps its length. */
function wrapped(text: string, width: number, first: string, rest: string): string[] {
  return text.split("\n").flatMap((paragraph, index) => {
    const lines: string[] = [];
    let line = index === 0 ? first : rest;
    let empty = true;
    for (const word of paragraph.split(" ")) {
      if (!empty && stringWidth(line) + 1 + stringWidth(word) > width) {
        lines.push(line);
        line = rest;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    return [...lines, line];
  });
}
