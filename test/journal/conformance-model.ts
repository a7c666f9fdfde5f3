/** Random interleavings of everything an engine can do, compared with a model that fits on a page. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Appended, type AppendOptions, Conflict, Fenced } from "#core/journal.ts";
import { Bench, type OpenEngine } from "./conformance-bench.ts";

type Step =
  | {
      readonly type: "append";
      readonly room: string;
      readonly key: string;
      readonly options: AppendOptions;
    }
  | {
      readonly type: "acquire";
      readonly name: string;
      readonly owner: string;
      readonly ttlMs: number;
    }
  | {
      readonly type: "renew";
      readonly name: string;
      readonly token: number;
      readonly ttlMs: number;
    }
  | { readonly type: "release"; readonly name: string; readonly token: number };

interface Batch {
  /** Asked for at once, without waiting for each other. */
  readonly steps: readonly Step[];
  /** How far the clock moves afterwards. */
  readonly passMs: number;
  readonly reopen: boolean;
}

export function testAgainstModel(open: OpenEngine): void {
  test("does what the model does, whatever is asked in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(batches(), async (asked) => {
        await using bench = await Bench.with(open);
        const model = new Model();
        for (const { steps, passMs, reopen } of asked) {
          const running = steps.map((step) => outcomeOf(() => ask(bench, step)));
          const expected = await Promise.all(steps.map((step) => outcomeOf(() => model.do(step))));
          expect(await Promise.all(running)).toEqual(expected);
          bench.clockMs += passMs;
          model.clockMs += passMs;
          if (reopen) await bench.reopen();
        }
        for (const [room, keys] of model.rooms) {
          const entries = await Array.fromAsync(bench.engine.read(room, 1));
          expect(entries.map(({ key }) => key)).toEqual(keys);
          expect(entries.map(({ seq }) => seq)).toEqual(keys.map((_, index) => index + 1));
        }
      }),
      { numRuns: 30 },
    );
  });
}

function batches(): fc.Arbitrary<readonly Batch[]> {
  const room = fc.constantFrom("a", "b");
  const name = fc.constantFrom("x", "y");
  const owner = fc.constantFrom("ada", "bob");
  const token = fc.integer({ min: 1, max: 4 });
  const ttlMs = fc.integer({ min: 1, max: 3 });
  const key = fc.nat(9).map(String);
  const fence = fc.record({ name, token });
  const options: fc.Arbitrary<AppendOptions> = fc.oneof(
    fc.constant({}),
    fc.record({ expect: fc.nat(5) }),
    fc.record({ fence }),
    fc.record({ expect: fc.nat(5), fence }),
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: fc.constant("append"), room, key, options }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("acquire"), name, owner, ttlMs }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("renew"), name, token, ttlMs }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("release"), name, token }) },
  );
  const steps = fc.array(step, { maxLength: 8 });
  // Opening costs more than all the rest: one batch in eight must do.
  const reopen = fc.nat(7).map((n) => n === 0);
  return fc.array(fc.record({ steps, passMs: fc.nat(3), reopen }), { maxLength: 12 });
}

function ask(bench: Bench, step: Step): Promise<unknown> {
  switch (step.type) {
    case "append":
      return bench.append(step.room, step.key, step.options);
    case "acquire":
      return bench.engine.acquire(step.name, step.owner, step.ttlMs);
    case "renew":
      return bench.engine.renew(step.name, step.token, step.ttlMs);
    case "release":
      return bench.engine.release(step.name, step.token);
  }
}

/** The result as data, so that refusals can be compared like values. */
async function outcomeOf(action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Conflict) return { conflict: error.head };
    if (error instanceof Fenced) return { fenced: error.holder };
    throw error;
  }
}

interface ModelLock {
  readonly owner: string;
  readonly token: number;
  readonly endsMs: number;
}

/** The contract in its plainest form: rooms are lists of keys, a lock ends at a time. */
class Model {
  clockMs = 1_000_000;
  readonly rooms = new Map<string, string[]>();
  readonly #locks = new Map<string, ModelLock>();

  do(step: Step): unknown {
    switch (step.type) {
      case "append":
        return this.#append(step.room, step.key, step.options);
      case "acquire":
        return this.#acquire(step.name, step.owner, step.ttlMs);
      case "renew":
        return this.#end(step, this.clockMs + step.ttlMs);
      case "release":
        return this.#end(step, 0);
    }
  }

  #append(room: string, key: string, { expect: head, fence }: AppendOptions): Appended {
    const keys = this.rooms.get(room) ?? [];
    this.rooms.set(room, keys);
    if (keys.includes(key)) return { seq: keys.indexOf(key) + 1, dup: true };
    if (head !== undefined && head !== keys.length) throw new Conflict(keys.length);
    if (fence !== undefined) {
      const held = this.#held(fence.name);
      if (held?.token !== fence.token) throw new Fenced(held?.owner ?? null);
    }
    return { seq: keys.push(key), dup: false };
  }

  #acquire(name: string, owner: string, ttlMs: number): { token: number } | null {
    if (this.#held(name) !== undefined) return null;
    const token = (this.#locks.get(name)?.token ?? 0) + 1;
    this.#locks.set(name, { owner, token, endsMs: this.clockMs + ttlMs });
    return { token };
  }

  #end({ name, token }: { name: string; token: number }, endsMs: number): boolean {
    const held = this.#held(name);
    if (held?.token !== token) return false;
    this.#locks.set(name, { ...held, endsMs });
    return true;
  }

  #held(name: string): ModelLock | undefined {
    const lock = this.#locks.get(name);
    return lock !== undefined && lock.endsMs > this.clockMs ? lock : undefined;
  }
}
