/** What docs/architecture.md says about packages: its table and its diagram, as values. */
export interface ArchitecturePage {
  readonly packages: readonly DocumentedPackage[];
  /** The diagram from top to bottom, as the short names in each line. */
  readonly rows: readonly (readonly string[])[];
  /** The arrows between two of one line, each as `from -> to`. */
  readonly arrows: readonly string[];
}

export interface DocumentedPackage {
  readonly folder: string;
  readonly name: string;
  /** The folder's last part; what the other columns call it. */
  readonly short: string;
  readonly ours: readonly string[];
  readonly others: readonly string[];
  readonly pure: boolean;
}

export function readArchitecture(markdown: string): ArchitecturePage {
  const packages = markdown.split("\n").flatMap((line) => {
    const [, first = "", , ours = "", others = ""] = line.split("|");
    const [folder, name] = quoted(first);
    if (folder === undefined || name?.startsWith("@mosaic/") !== true) return [];
    const pure = others.includes("no `node:`");
    return [
      {
        folder,
        name,
        short: shortName(folder),
        ours: quoted(ours),
        others: quoted(others).filter((word) => word !== "node:"),
        pure,
      },
    ];
  });
  const names = new Set(packages.map((pkg) => pkg.short));
  const diagram = /^```\n(.*?)^```$/ms.exec(markdown)?.[1] ?? "";
  const rows = diagram
    .split("\n")
    .map((line) =>
      line
        .split(/\s+/)
        .map(shortName)
        .filter((word) => names.has(word)),
    )
    .filter((row) => row.length > 0);
  const arrows = [...diagram.matchAll(/(\S+) -+> (\S+)/g)].map(
    ([, from = "", to = ""]) => `${from} -> ${to}`,
  );
  return { packages, rows, arrows };
}

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, word]) => word ?? []);
const shortName = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);
