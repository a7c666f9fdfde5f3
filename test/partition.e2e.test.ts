/** Nodes in network namespaces, cut off for 8 s and stopped for 6: nothing confirmed is lost, nothing is done twice. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { CAN_MAKE_NETWORKS, NetworkNodes } from "./network-nodes.ts";
import { clusterOn, NODES, partition } from "./partition.ts";
import type { PgCluster } from "./postgres-cluster.ts";

let parts: AsyncDisposableStack;
let network: NetworkNodes;
let cluster: PgCluster;

beforeAll(async () => {
  parts = new AsyncDisposableStack();
  if (!CAN_MAKE_NETWORKS) return;
  network = parts.use(await NetworkNodes.start(NODES));
  cluster = parts.use(await clusterOn(network));
});

afterAll(async () => await parts.disposeAsync());

function faultsOf(verdict: object): readonly string[] {
  return Object.entries(verdict).flatMap(([name, found]) =>
    Array.isArray(found) && found.length > 0 ? [name] : [],
  );
}

test.if(CAN_MAKE_NETWORKS)(
  "a node that was cut off and one that was stopped are late with their rooms and jobs, and turned away",
  async () => {
    const result = await partition(cluster, network, {
      ...{ cutMs: 8000, frozenMs: 6000, ttlMs: 2000 },
    });
    expect({ rooms: faultsOf(result.rooms), jobs: faultsOf(result.jobs) }).toEqual({
      ...{ rooms: [], jobs: [] },
    });
    // Each of both had two rooms and a job.
    expect(result.refused).toBe(4);
    expect(result.jobs.refused).toBeGreaterThanOrEqual(2);
    expect(result.confirmed.lines).toBeGreaterThan(400);
    expect(result.confirmed.jobs).toBeGreaterThan(100);
  },
  240_000,
);

test.if(CAN_MAKE_NETWORKS)(
  "without the fences the judges find what they did late",
  async () => {
    const result = await partition(cluster, network, {
      ...{ cutMs: 2500, frozenMs: 2500, ttlMs: 700, withoutFence: true },
    });
    expect(faultsOf(result.rooms)).toContain("stale");
    // The late one ended the job, and the one that had it was turned away.
    expect(faultsOf(result.jobs)).toContain("late");
  },
  240_000,
);
