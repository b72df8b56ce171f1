import type { Edge } from "./graph.ts";

/** One circle of dependencies, its first card also last; undefined when there is none. */
export function findCircle(edges: readonly Edge[]): string[] | undefined {
  const depends = Map.groupBy(edges, (edge) => edge.from);
  const waiting = new Map(Array.from(depends, ([id, outgoing]) => [id, outgoing.length]));
  const dependents = Map.groupBy(edges, (edge) => edge.to);
  // Take away what waits for nothing, again and again: what is left stands in a circle or leads to one.
  const free = [...dependents.keys()].filter((id) => !waiting.has(id));
  for (let id = free.pop(); id !== undefined; id = free.pop())
    for (const { from } of dependents.get(id) ?? []) {
      const left = (waiting.get(from) ?? 0) - 1;
      waiting.set(from, left);
      if (left === 0) free.push(from);
    }
  const isLeft = (id: string): boolean => (waiting.get(id) ?? 0) > 0;
  const start = [...waiting.keys()].find(isLeft);
  if (start === undefined) return undefined;
  const walked = new Map<string, number>();
  const path: string[] = [];
  for (let id: string | undefined = start; id !== undefined;) {
    const seen = walked.get(id);
    if (seen !== undefined) return [...path.slice(seen), id];
    walked.set(id, path.length);
    path.push(id);
    id = depends.get(id)?.find((edge) => isLeft(edge.to))?.to;
  }
  return undefined;
}
