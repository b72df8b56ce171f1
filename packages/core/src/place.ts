import type { Agent } from "@mosaic/fleet-roster";

/** Where a seat's program runs, seen from a host. */
export type Place =
  | { readonly kind: "here" }
  /** On this host, under another tmux server, and so in another Mosaic home. */
  | { readonly kind: "socket"; readonly socket: string }
  /** `destination` is what ssh is given. */
  | { readonly kind: "host"; readonly destination: string; readonly socket: string | undefined };

/** @param host - The short name of the host that asks. A seat that names it is at home there, whatever its `ssh`. */
export function placeOf({ host: label, ssh, socket }: Agent, host: string): Place {
  const destination = label === host ? undefined : (ssh ?? label);
  if (destination !== undefined) return { kind: "host", destination, socket };
  return socket === undefined ? { kind: "here" } : { kind: "socket", socket };
}
