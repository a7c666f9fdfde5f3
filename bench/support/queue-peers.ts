/** Queues that others keep in PostgreSQL, as their documentation says to use them. */
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { PgBoss } from "pg-boss";

/** A queue that is held beside others. */
export interface QueuePeer extends AsyncDisposable {
  readonly name: string;
  /** On disk when it resolves. */
  put(text: string): Promise<unknown>;
  /** Takes and ends so many jobs that are there, with 8 workers, one job a lease. */
  work(count: number): Promise<void>;
}

export const WORKERS = 8;
const QUEUE = "jobs";

/** Runs `one` until it has been done so often, by all workers together. */
async function byWorkers(count: number, one: () => Promise<boolean>): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      if (!(await one())) left += 1;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

export async function pgBoss(url: string): Promise<QueuePeer> {
  const boss = new PgBoss({ connectionString: url, schema: "boss", supervise: false });
  await boss.start();
  await boss.createQueue(QUEUE);
  return {
    name: "pg-boss",
    put: (text) => boss.send(QUEUE, { text }),
    work: (count) =>
      byWorkers(count, async () => {
        const [job] = await boss.fetch(QUEUE, { batchSize: 1 });
        if (job !== undefined) await boss.complete(QUEUE, job.id);
        return job !== undefined;
      }),
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  };
}

export async function graphileWorker(url: string): Promise<QueuePeer> {
  const utils = await makeWorkerUtils({ connectionString: url, maxPoolSize: 10 });
  await utils.migrate();
  return {
    name: "graphile-worker",
    put: (text) => utils.addJob(QUEUE, { text }),
    work: async (count) => {
      const over = Promise.withResolvers<void>();
      let done = 0;
      const runner = await run({
        ...{ connectionString: url, concurrency: WORKERS, maxPoolSize: 10, noHandleSignals: true },
        logger: new Logger(() => () => undefined),
        taskList: {
          [QUEUE]: async () => {
            done += 1;
            if (done === count) over.resolve();
          },
        },
      });
      await over.promise;
      await runner.stop();
    },
    [Symbol.asyncDispose]: async () => await utils.release(),
  };
}
