import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Owned, Restarts, type Runs } from "./restarts.ts";

const never = () => new AbortController().signal;

interface Process extends Runs {
  readonly number: number;
  end(how: string): Promise<void>;
}

/** Processes that end when a test says so. */
class Factory {
  started = 0;
  disposed = 0;
  readonly failures: Error[] = [];

  readonly start = async (signal: AbortSignal): Promise<Owned<Process>> => {
    signal.throwIfAborted();
    this.started += 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const { promise, resolve } = Promise.withResolvers<string>();
    const process: Process = {
      number: this.started,
      ended: promise,
      end: async (how) => {
        resolve(how);
        await promise;
      },
    };
    return {
      process,
      [Symbol.asyncDispose]: async () => {
        this.disposed += 1;
        resolve("was disposed of");
      },
    };
  };
}

test("nothing is started before the first request, and one is enough for all", async () => {
  const factory = new Factory();
  await using restarts = new Restarts(factory.start);
  expect([factory.started, restarts.running]).toEqual([0, undefined]);
  const [one, two] = await Promise.all([restarts.get(never()), restarts.get(never())]);
  expect(one.process).toBe(two.process);
  expect(one.notice).toBeUndefined();
  expect(restarts.running).toBe(one.process);
});

test("what has ended is started again, which is said once", async () => {
  const factory = new Factory();
  await using restarts = new Restarts(factory.start);
  await (await restarts.get(never())).process.end("was killed by SIGKILL");
  expect(restarts.running).toBeUndefined();
  const again = await restarts.get(never());
  expect(again.process.number).toBe(2);
  expect(again.notice).toBe("The engine was killed by SIGKILL and was started again (1 of 3).");
  expect((await restarts.get(never())).notice).toBeUndefined();
});

test("a process that ends again and again is not started for ever, but later it is", async () => {
  let now = 0;
  const factory = new Factory();
  await using restarts = new Restarts(factory.start, { now: () => now });
  for (let index = 0; index < 3; index += 1) {
    await (await restarts.get(never())).process.end("ended with exit code 1");
  }
  const failure = await restarts.get(never()).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "ENGINE_FAILED",
    why: "it ended 3 times within 10 minutes; the last time it ended with exit code 1",
  });
  expect(factory.started).toBe(3);
  now += 10 * 60_000 + 1;
  expect((await restarts.get(never())).process.number).toBe(4);
});

test("never more than three ends in ten minutes, whenever they come", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(400_000), { maxLength: 20 }), async (pauses) => {
      let now = 0;
      const ends: number[] = [];
      const factory = new Factory();
      await using restarts = new Restarts(factory.start, { now: () => now });
      for (const pause of pauses) {
        now += pause;
        const started = await restarts.get(never()).catch(() => undefined);
        if (started === undefined) continue;
        await started.process.end("ended");
        ends.push(now);
      }
      for (const [index, end] of ends.entries()) {
        const third = ends[index - 3];
        expect(third === undefined || end - third > 10 * 60_000 - 1).toBe(true);
      }
    }),
  );
});

test("a start that failed is tried again by the next who asks", async () => {
  const factory = new Factory();
  factory.failures.push(new Error("no memory"));
  await using restarts = new Restarts(factory.start);
  expect(await restarts.get(never()).catch((error: unknown) => error)).toMatchObject({
    message: "no memory",
  });
  expect((await restarts.get(never())).process.number).toBe(2);
});

test("an abort ends the wait of one, not the start for the others", async () => {
  const gate = Promise.withResolvers<void>();
  const factory = new Factory();
  await using restarts = new Restarts(async (signal) => {
    await gate.promise;
    return await factory.start(signal);
  });
  const controller = new AbortController();
  const given = restarts.get(controller.signal).catch((error: unknown) => error);
  const other = restarts.get(never());
  controller.abort(new Error("enough"));
  expect(await given).toMatchObject({ message: "enough" });
  gate.resolve();
  expect((await other).process.number).toBe(1);
});

test("disposing ends a start that still goes on", async () => {
  const begun = Promise.withResolvers<void>();
  await using restarts = new Restarts<Process>(async (signal) => {
    begun.resolve();
    const aborted = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => aborted.reject(signal.reason));
    return await aborted.promise;
  });
  const asked = restarts.get(never()).catch((error: unknown) => error);
  await begun.promise;
  await restarts[Symbol.asyncDispose]();
  expect(await asked).toMatchObject({ message: "the engine is no longer needed" });
});

test("disposing ends what runs, and nothing is started after that", async () => {
  const factory = new Factory();
  await using restarts = new Restarts(factory.start);
  await restarts.get(never());
  await restarts[Symbol.asyncDispose]();
  expect(factory.disposed).toBe(1);
  expect(await restarts.get(never()).catch((error: unknown) => error)).toBeInstanceOf(Error);
  expect(factory.started).toBe(1);
});
