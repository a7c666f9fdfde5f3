/** What every store of leases must do; a test file calls this with the one it tests. */
import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caveat, Leases } from "#core/policy/lease.ts";
import type { CallFacts } from "#core/policy/policy.ts";

/** Opens the store of a folder; opened twice, both have what either has granted. */
export type OpenLeases = (
  folder: string,
  now?: () => number,
) => Promise<Leases & Partial<Disposable>>;

const call: CallFacts = {
  tool: "sh",
  persona: "agent",
  arguments: { cmd: "ls" },
  effect: "execute",
  capabilities: ["shell"],
};
const sh = { kind: "tool", is: "sh" } as const;
const most = (uses: number) => ({ kind: "uses", most: uses }) as const;
const agents = { kind: "persona", is: "agent" } as const;

class LeaseBench implements AsyncDisposable {
  readonly #open: OpenLeases;
  readonly #folder: string;
  readonly #parts = new DisposableStack();

  private constructor(open: OpenLeases, folder: string) {
    this.#open = open;
    this.#folder = folder;
  }

  static async with(open: OpenLeases): Promise<LeaseBench> {
    return new LeaseBench(open, await mkdtemp(join(tmpdir(), "org-leases-")));
  }

  /** Another one on the same leases at each call. */
  async store(now?: () => number): Promise<Leases> {
    const store = await this.#open(this.#folder, now);
    this.#parts.defer(() => store[Symbol.dispose]?.());
    return store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.dispose();
    await rm(this.#folder, { recursive: true });
  }
}

export function testLeaseConformance(open: OpenLeases): void {
  testUses(open);
  testNarrowing(open);
}

function testUses(open: OpenLeases): void {
  test("a lease is used up, also across processes, and counted on disk", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    expect((await store.grant([sh, { kind: "uses", most: 2 }])).id).toBe("L1");
    expect(await store.spend(call)).toBe("L1");
    {
      const other = await bench.store();
      expect(await other.spend(call)).toBe("L1");
    }
    expect(await store.spend(call)).toBeUndefined();
    expect(await store.list()).toMatchObject([{ id: "L1", uses: 2, revoked: false }]);
  });

  test("a lease that does not fit is not used; one that does is found among others", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    await store.grant([{ kind: "tool", is: "web_fetch" }]);
    await store.grant([sh, { kind: "persona", is: "python" }]);
    expect(await store.spend(call)).toBeUndefined();
    await store.grant([sh]);
    expect(await store.spend(call)).toBe("L3");
  });

  test("a lease ends with its time, or when it is revoked, for everybody at once", async () => {
    let now = 0;
    await using bench = await LeaseBench.with(open);
    const [store, other] = [await bench.store(() => now), await bench.store(() => now)];
    await store.grant([sh, { kind: "before", at: 10 }]);
    expect(await other.spend(call)).toBe("L1");
    now = 10;
    expect(await store.spend(call)).toBeUndefined();
    await store.grant([sh]);
    await other.revoke("L2");
    expect(await store.spend(call)).toBeUndefined();
    await expect(store.revoke("L9")).rejects.toThrow('There is no lease "L9"');
  });

  test("of many uses at once, by two stores, no more count than a lease has", async () => {
    await using bench = await LeaseBench.with(open);
    const stores = [await bench.store(), await bench.store()] as const;
    await stores[0].grant([sh, most(9)]);
    await stores[1].narrow("L1", [agents, most(4)]);
    const asked = Array.from({ length: 24 }, (_, n) => stores[n % 2 === 0 ? 0 : 1].spend(call));
    const got = (await Promise.all(asked)).filter((id) => id !== undefined);
    expect(got).toHaveLength(9);
    const used = (await stores[0].list()).map(({ id, uses }) => [id, uses]);
    expect(used).toEqual([
      ["L2", 4],
      ["L1", 9],
    ]);
  });

  test("what is offered is what a lease could allow, once it was read", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    await store.grant([sh, agents]);
    await store.list();
    expect(store.mayAllow("sh", "agent")).toBe(true);
    expect(store.mayAllow("sh", "python")).toBe(false);
    expect(store.mayAllow("web_fetch", "agent")).toBe(false);
  });
}

function testNarrowing(open: OpenLeases): void {
  test("a narrowed lease allows what both allow, and each use counts for all above it", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    await store.grant([sh, most(2)]);
    expect(await store.narrow("L1", [agents, most(1)])).toBe("L2");
    expect(await store.narrow("L2", [{ kind: "args", sha256: "0" }])).toBe("L3");
    expect(await store.spend({ ...call, persona: "python" })).toBe("L1");
    expect(await store.spend(call)).toBe("L2");
    expect(await store.spend(call)).toBeUndefined();
    expect((await store.list()).map(({ id, uses, from }) => [id, uses, from])).toEqual([
      ["L3", 0, "L2"],
      ["L2", 1, "L1"],
      ["L1", 2, undefined],
    ]);
  });

  test("a narrowed lease is never wider: a caveat that says more changes nothing", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    await store.grant([{ kind: "tool", is: "web_fetch" }]);
    await store.narrow("L1", [sh, most(1000)]);
    expect(await store.spend(call)).toBeUndefined();
    expect(await store.spend({ ...call, tool: "web_fetch" })).toBe("L1");
  });

  test("a narrowed lease ends with its root, and the root not with it", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    await store.grant([sh, most(9)]);
    await store.narrow("L1", [agents]);
    await store.narrow("L2", [most(5)]);
    await store.revoke("L2");
    expect(await store.spend(call)).toBe("L1");
    await store.narrow("L1", [agents]);
    await store.revoke("L1");
    expect(await store.spend(call)).toBeUndefined();
    expect((await store.list()).every(({ revoked }) => revoked)).toBe(true);
    await expect(store.narrow("L4", [agents])).rejects.toThrow('The lease "L4" was revoked');
    await expect(store.narrow("L9", [agents])).rejects.toThrow('There is no lease "L9"');
  });

  test("an unknown caveat allows nothing, narrowed or not", async () => {
    await using bench = await LeaseBench.with(open);
    const store = await bench.store();
    const moon: object = { kind: "moon", is: "full" };
    // As a later version of the program could have written it.
    await store.grant([sh, moon as Caveat]);
    await store.narrow("L1", [sh]);
    expect(await store.spend(call)).toBeUndefined();
  });
}
