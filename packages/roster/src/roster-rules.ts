import type { LineCounter } from "yaml";
import type { Finding } from "./finding.ts";
import { placeOf, type Place } from "./plain-value.ts";
import { quote } from "./quote.ts";
import { BUILT_IN_RUNTIMES, ROSTER_DEFAULTS } from "./schema.ts";

type Fields = Readonly<Record<string, unknown>>;

// The place's value is a map, and every value of it is looked at before it is used.
const fields = (place: Place | undefined): Fields =>
  typeof place?.value === "object" && place.value !== null ? (place.value as Fields) : {};

const SECRET = /(?:^|_)(?:token|secret|password|passwd|api_?key)$/i;

/** A key that asks for a secret: a roster is a file to share. */
export const isSecretKey = (key: string): boolean => SECRET.test(key);

function checkNames(root: Place, lines: LineCounter): Finding[] {
  const holder = fields(root.children.get("tmux")).holder_session ?? ROSTER_DEFAULTS.holder_session;
  const seen = new Map<unknown, number>();
  return [...placeOf(root, ["agents"]).children].flatMap(([index, agent]): Finding[] => {
    const name = agent.children.get("name");
    if (typeof name?.value !== "string") return [];
    const at = { path: ["agents", index, "name"], offset: name.offset };
    if (name.value === holder)
      return [
        {
          ...at,
          message: `${quote(name.value)} is the holder session's name (tmux.holder_session); take another`,
        },
      ];
    const first = seen.get(name.value);
    const { line } = lines.linePos(name.offset);
    if (first === undefined) {
      seen.set(name.value, line);
      return [];
    }
    const message = `the agent name ${quote(name.value)} is taken: line ${String(first)} and line ${String(line)} both use it`;
    return [{ ...at, message }];
  });
}

function checkRuntimes(root: Place): Finding[] {
  const declared = root.children.get("runtimes");
  const builtIn: readonly string[] = BUILT_IN_RUNTIMES;
  const runnable = (name: string): boolean =>
    builtIn.includes(name) || fields(declared?.children.get(name)).command !== undefined;
  const declaredNames = [...(declared?.children.keys() ?? [])].map(String);
  const candidates = [
    ...builtIn,
    ...declaredNames.filter((name) => runnable(name) && !builtIn.includes(name)),
  ];
  const used = new Set<string>();
  const agents = [...placeOf(root, ["agents"]).children].flatMap(([index, agent]): Finding[] => {
    const runtime = agent.children.get("runtime");
    if (typeof runtime?.value !== "string") return [];
    used.add(runtime.value);
    if (runnable(runtime.value)) return [];
    const message = declared?.children.has(runtime.value)
      ? `the runtime ${quote(runtime.value)} is declared without a command; add runtimes.${runtime.value}.command`
      : `unknown runtime ${quote(runtime.value)}: neither built in (${builtIn.join(", ")}) nor declared in runtimes with a command`;
    return [
      {
        path: ["agents", index, "runtime"],
        offset: runtime.offset,
        message,
        misspelt: { word: runtime.value, candidates },
      },
    ];
  });
  const unusable = [...(declared?.children ?? [])].flatMap(([key, place]): Finding[] => {
    const name = String(key);
    if (runnable(name) || used.has(name)) return [];
    const message = `the runtime ${quote(name)} is neither built in nor has a command`;
    return [
      {
        path: ["runtimes", name],
        offset: place.keyOffset ?? place.offset,
        message,
        misspelt: { word: name, candidates },
      },
    ];
  });
  return [...agents, ...unusable];
}

function checkSocketAlias(root: Place): Finding[] {
  const tmux = placeOf(root, ["tmux"]);
  const alias = tmux.children.get("socketName");
  if (!alias || !tmux.children.has("socket_name")) return [];
  const message = "socketName is another spelling of socket_name, which stands here too; keep one";
  return [{ path: ["tmux", "socketName"], offset: alias.keyOffset ?? alias.offset, message }];
}

function checkConnector(root: Place): Finding[] {
  const connector = root.children.get("connector");
  const kind = fields(connector).kind;
  return [...(connector?.children ?? [])].flatMap(([key, place]): Finding[] => {
    const name = String(key);
    if (name === "kind" || name === "matrix") return [];
    if (name === kind) return [...mapOnly(place, name), ...secrets(place, ["connector", name])];
    const candidates = ["kind", "matrix", ...(typeof kind === "string" && kind !== "matrix" ? [kind] : [])];
    const at = { path: ["connector", name], offset: place.keyOffset ?? place.offset };
    return [{ ...at, message: `unknown key ${quote(name)}`, misspelt: { word: name, candidates } }];
  });
}

function mapOnly({ value, offset }: Place, kind: string): Finding[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return [];
  return [
    { path: ["connector", kind], offset, message: `expected a map with the settings of ${quote(kind)}` },
  ];
}

function secrets(place: Place, path: readonly (string | number)[]): Finding[] {
  return [...place.children].flatMap(([key, child]): Finding[] => {
    const below = secrets(child, [...path, key]);
    if (typeof key === "number" || !isSecretKey(key)) return below;
    const message = `${quote(key)} is a secret, and a roster is a file to share; use the environment or the credentials file`;
    return [{ path: [...path, key], offset: child.keyOffset ?? child.offset, message }, ...below];
  });
}

/** What no single value can tell: names that clash, runtimes that nothing starts, keys that exclude each other. */
export function checkRules(root: Place, lines: LineCounter): Finding[] {
  return [
    ...checkNames(root, lines),
    ...checkRuntimes(root),
    ...checkSocketAlias(root),
    ...checkConnector(root),
  ];
}
