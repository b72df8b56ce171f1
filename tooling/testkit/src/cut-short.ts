/** What ends and removes, at once and without waiting for promises, what would outlive this process. */
type Ending = () => void;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const endings = new Set<Ending>();

function endAll(): void {
  for (const end of endings) end();
  endings.clear();
}

function endAllOn(signal: NodeJS.Signals): void {
  endAll();
  // Listening has kept the signal from ending the process: it does so now, unless somebody else has listened as well.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/**
 * Calls `end` when this process is interrupted, or exits before the answer is disposed of: a server that was started in a
 * session of its own hears nothing of either.
 */
export function whenCutShort(end: Ending): Disposable {
  if (endings.size === 0) {
    process.on("exit", endAll);
    for (const signal of SIGNALS) process.once(signal, endAllOn);
  }
  endings.add(end);
  return {
    [Symbol.dispose]() {
      endings.delete(end);
      if (endings.size > 0) return;
      process.off("exit", endAll);
      for (const signal of SIGNALS) process.off(signal, endAllOn);
    },
  };
}
