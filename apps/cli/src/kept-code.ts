interface File {
  readonly source: Buffer;
  readonly module: { exports: unknown };
  readonly script: { createCachedData(): Uint8Array };
}

/** Loads the files of the built package, in place of `require`. */
export interface KeptCode {
  /** @throws Error `MODULE_NOT_FOUND`. */
  readonly load: (name: string) => unknown;
  /** Keeps what was compiled until now, unless a call of this verb has done so before and all of it could be used. */
  readonly keep: (verb: string) => void;
}

/**
 * What V8 has compiled of the package's files is kept inside the package, for later calls, and goes with it. Node's own compile
 * cache keeps a file as it is before it runs, without the functions that are compiled when they are first called; and
 * these are most of it.
 *
 * Each verb adds what it needs, once. Only the owner of the package writes there: what another user left could not be
 * removed. A Node that is started with flags does without.
 */
export function keptCode(folder: string): KeptCode {
  const fs = process.getBuiltinModule("node:fs");
  const { Script, constants } = process.getBuiltinModule("node:vm");
  const kept = `${folder}/compiled/${process.version}-${process.arch}`;
  // V8 refuses what was compiled with other flags than it has.
  const flags = process.execArgv.length > 0 || (process.env.NODE_OPTIONS ?? "") !== "";
  const files = new Map<string, File>();
  let stale = false;
  const read = (path: string): Buffer | undefined => {
    try {
      return fs.readFileSync(path);
    } catch {
      return undefined;
    }
  };
  const load = (name: string): unknown => {
    const found = files.get(name)?.module.exports ?? process.getBuiltinModule(name);
    if (found !== undefined) return found;
    const filename = `${folder}/${name.slice(2)}`;
    const source = read(filename);
    if (source === undefined)
      throw Object.assign(new Error(`there is no ${filename}`), { code: "MODULE_NOT_FOUND" });
    const known = flags ? undefined : read(`${kept}/${name.slice(2)}`);
    // V8 itself would only compare the lengths.
    const fits = known?.subarray(-source.length).equals(source) === true;
    const cachedData = fits ? known.subarray(0, -source.length) : undefined;
    const script = new Script(source.toString("latin1"), {
      filename,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      ...(cachedData && { cachedData }),
    });
    stale ||= known !== undefined && (!fits || script.cachedDataRejected === true);
    const module = { exports: {} };
    files.set(name, { source, module, script });
    const run = script.runInThisContext() as (...values: readonly unknown[]) => void;
    run.call(module.exports, module.exports, load, module, filename, folder);
    return module.exports;
  };
  const write = (name: string, data: Uint8Array): void => {
    const path = `${kept}/${name}`;
    const temporary = `${path}.${String(process.pid)}`;
    try {
      // V8 trusts what it reads: after a power cut there must be all of it, or nothing.
      fs.writeFileSync(temporary, data, { flush: true });
      fs.renameSync(temporary, path);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
  };
  return {
    load,
    keep: (verb) => {
      const learned = verb.replaceAll(" ", "-");
      if (flags || (!stale && fs.existsSync(`${kept}/${learned}`))) return;
      try {
        if (fs.statSync(folder).uid !== process.getuid?.()) return;
        fs.mkdirSync(kept, { recursive: true });
        for (const [name, { script, source }] of files)
          write(name.slice(2), Buffer.concat([script.createCachedData(), source]));
        write(learned, new Uint8Array());
      } catch {
        // A full disk, one that can only be read, or a package that was removed: the next calls take a little longer.
      }
    },
  };
}
