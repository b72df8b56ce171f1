import { ENGINEERING, type Persona } from "./persona.ts";

const DOMAIN_ORDER = [
  ENGINEERING,
  "executive",
  "product",
  "marketing",
  "sales",
  "operations",
  "research",
  "assistant",
  "customer",
  "creative",
];

const rank = (domain: string): number => {
  const index = DOMAIN_ORDER.indexOf(domain);
  return index === -1 ? DOMAIN_ORDER.length : index;
};

/** The first sentence of the introduction, on one line. */
export function summaryOf({ intro }: Persona): string {
  const text = intro.replace(/\s+/g, " ");
  return (/^.*?[.!?](?= [A-Z]|$)/.exec(text)?.[0] ?? text).replaceAll("|", "\\|");
}

/** `LIBRARY.md`: every persona, one row each, by domain. */
export function libraryIndex(personas: readonly Persona[]): string {
  const domains = [...new Set(personas.map(({ domain }) => domain))].sort(
    (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  const parts = domains.map((domain) => {
    const rows = personas
      .filter((persona) => persona.domain === domain)
      .toSorted((a, b) => (a.class < b.class ? -1 : 1))
      .map((one) => {
        const tier = domain === ENGINEERING ? ` ${one.tier ?? ""} |` : "";
        return `| [${one.class}](${one.class}.md) | ${one.title} | ${one.standing} |${tier} ${summaryOf(one)} |`;
      });
    const engineering = domain === ENGINEERING;
    return [
      `## ${domain}`,
      "",
      `| class | title | standing |${engineering ? " tier |" : ""} in one sentence |`,
      `| --- | --- | --- |${engineering ? " --- |" : ""} --- |`,
      ...rows,
    ].join("\n");
  });
  const count = `${String(personas.length)} role contracts in ${String(domains.length)} domains.`;
  return `# Persona library

${count} Generated from the files beside it by \`node tooling/generate.ts\`; edit those.

${parts.join("\n\n")}
`;
}
