/** The queue of several machines in trouble: nothing confirmed is lost and nothing is done twice; the judge finds faults. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { PgCluster } from "./postgres-cluster.ts";
import { type ChaosResult, chaos } from "./queue/chaos.ts";

let cluster: PgCluster;
beforeAll(async () => {
  cluster = await PgCluster.start();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const FAULTS = ["lost", "twice", "late", "robbed", "gaps"] as const;

function faultsOf(result: ChaosResult): readonly string[] {
  return FAULTS.filter((name) => result[name].length > 0);
}

test("connections cut, a worker killed and one stopped past its lease, clocks two hours apart: all is done once", async () => {
  const result = await chaos(cluster, { rounds: 2, jobs: 300 });
  expect(faultsOf(result)).toEqual([]);
  expect(result.confirmed).toBe(606);
  // The two that were stopped came back, and were turned away.
  expect(result.refused).toBeGreaterThanOrEqual(2);
  expect(result.cuts).toBeGreaterThan(10);
});

test("without the token of a lease, a worker that was stopped ends the job of another", async () => {
  const result = await chaos(cluster, { rounds: 1, jobs: 20, without: "fence" });
  expect(faultsOf(result)).toContain("late");
});

test("where a node takes back all leases, one that was well is robbed", async () => {
  const result = await chaos(cluster, { rounds: 1, jobs: 20, without: "node" });
  expect(faultsOf(result)).toContain("robbed");
});
