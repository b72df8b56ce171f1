/**
 * One worker of `backlog-throughput.ts`, as a process of its own: takes an order, warms up, says it is ready; then works for
 * the time whenever it hears `go`, and says what was done.
 */
import { once } from "node:events";
import { QUEUES, type Job } from "./backlog-queues.ts";

export interface Order {
  readonly queue: string;
  readonly job: Job;
  readonly url: string;
  readonly name: string;
  readonly ms: number;
}

export interface Done {
  readonly count: number;
  readonly ms: number;
}

const [{ queue, job, url, name, ms }] = (await once(process, "message")) as [Order];
const worker = await QUEUES[queue]?.open(url, name);
if (worker === undefined) throw new Error(`no queue is called ${queue}`);
await worker.run(job, AbortSignal.timeout(ms));
process.on("message", () => {
  const began = performance.now();
  void worker.run(job, AbortSignal.timeout(ms)).then((count) => {
    const done: Done = { count, ms: performance.now() - began };
    process.send?.(done);
  });
});
// Some of the queues would keep an abandoned worker alive.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.send?.("ready");
