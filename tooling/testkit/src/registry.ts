import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A package registry on loopback that has what it was given and no way to anywhere else. */
export interface PackageRegistry extends AsyncDisposable {
  /** For `registry=` of a package manager's configuration. */
  readonly url: string;
  /** What was asked for, as paths. */
  readonly asked: readonly string[];
  /** Has a version from now on, and calls it the newest. */
  publish(manifest: PackageManifest, tarball: string): Promise<void>;
  /** Stops listening: from then on it cannot be reached. Safe to call twice. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What of a `package.json` a registry has to know. */
interface PackageManifest {
  readonly name: string;
  readonly version: string;
}

export async function packageRegistry(): Promise<PackageRegistry> {
  const asked: string[] = [];
  const files = new Map<string, Buffer>();
  const packages = new Map<string, { latest: string; versions: Record<string, unknown> }>();
  let url = "";
  const server = createServer(({ url: path = "/" }, response) => {
    asked.push(path);
    const file = files.get(path);
    if (file) {
      response.end(file);
      return;
    }
    const name = decodeURIComponent(path.slice(1));
    const known = packages.get(name);
    response.setHeader("content-type", "application/json");
    if (!known) response.statusCode = 404;
    const { latest, versions } = known ?? {};
    response.end(
      JSON.stringify(known ? { name, "dist-tags": { latest }, versions } : { error: "not found" }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this shape.
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    asked,
    publish: async (manifest, tarball) => {
      const content = await readFile(tarball);
      const path = `/tarballs/${encodeURIComponent(manifest.name)}-${manifest.version}.tgz`;
      files.set(path, content);
      const digest = (algorithm: string, as: "hex" | "base64"): string =>
        createHash(algorithm).update(content).digest(as);
      const dist = {
        tarball: `${url}${path}`,
        shasum: digest("sha1", "hex"),
        integrity: `sha512-${digest("sha512", "base64")}`,
      };
      const versions = {
        ...packages.get(manifest.name)?.versions,
        [manifest.version]: { ...manifest, dist },
      };
      packages.set(manifest.name, { latest: manifest.version, versions });
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
