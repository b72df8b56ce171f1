import { fsyncSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** What Emscripten's module carries for folders of the host; the part that is used here. */
interface HostFiles {
  readonly stream_ops: { fsync?: (stream: { readonly nfd?: number }) => number };
}

/**
 * PGlite's folder on the host, with the one call it leaves out: `fsync` reaches the disk. Without it an acknowledged
 * write survives the end of the process and not the end of the power.
 */
export function syncedNodeFs(folder: string, sync: (fd: number) => void = fsyncSync): NodeFS {
  const files = new NodeFS(folder);
  const init = files.init.bind(files);
  files.init = async (pg, options) => {
    const { emscriptenOpts } = await init(pg, options);
    const addSync = (module: object): void => {
      // PGlite's types leave the host's files out. `nfd` is the descriptor on the host; folders have none.
      const { NODEFS } = module as { readonly NODEFS?: HostFiles };
      if (NODEFS === undefined) throw new Error("this PGlite has no host files");
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        if (nfd !== undefined) sync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  };
  return files;
}
