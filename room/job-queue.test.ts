import { describe, expect, test } from "bun:test";
import { AsyncLocalStorage } from "node:async_hooks";
import { JobQueue } from "./job-queue.ts";

/** Whose jobs are done only once they are told to end. */
function held(): {
  readonly queue: JobQueue;
  readonly begun: readonly string[];
  readonly add: (name: string) => Promise<void>;
} {
  const begun: string[] = [];
  const queue = new JobQueue();
  const add = (name: string) =>
    queue.add(async ({ signal }) => {
      begun.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve());
      await promise;
    }, {});
  return { queue, begun, add };
}

describe("jobs of a room", () => {
  test("are done one after the other, and a stop ends only the running one", async () => {
    const { queue, begun, add } = held();
    const first = add("1");
    const second = add("2");
    expect([begun, queue.waiting]).toEqual([["1"], 1]);
    expect(queue.stop()).toBe(true);
    await first;
    expect([begun, queue.waiting]).toEqual([["1", "2"], 0]);
    queue.stop();
    await second;
    expect([queue.running, queue.stop()]).toEqual([undefined, false]);
  });

  test("that were never begun are refused when the room closes", async () => {
    const { queue, add } = held();
    const running = add("1");
    const waiting = add("2").catch((error: unknown) => error);
    await queue.close();
    await running;
    expect(await waiting).toMatchObject({ code: "OWNER_LOST" });
  });

  test("that fail hold up none behind them", async () => {
    const queue = new JobQueue();
    const failing = queue.add(() => Promise.reject(new Error("a bug")), {});
    const failed = failing.catch((error: unknown) => error);
    await queue.add(() => Promise.resolve(), {});
    expect(await failed).toMatchObject({ message: "a bug" });
  });
});

test("a job is done in the context of its caller, whichever caller is worked for when its turn comes", async () => {
  const asker = new AsyncLocalStorage<string>();
  const queue = new JobQueue();
  const seen: (string | undefined)[] = [];
  const look = async (): Promise<void> => {
    await Promise.resolve();
    seen.push(asker.getStore());
  };
  const both = ["one", "two"].map((name) => asker.run(name, () => queue.add(look, {})));
  await Promise.all([...both, queue.add(look, {})]);
  expect(seen).toEqual(["one", "two", undefined]);
});
