/** Rooms of several nodes in trouble: nothing confirmed is lost, and no late owner writes; the judge finds faults. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { PgCluster } from "../postgres-cluster.ts";
import { frozenOwner } from "./frozen-owner.ts";
import { roomChaos } from "./room-chaos.ts";
import type { RoomVerdict } from "./room-history.ts";

let cluster: PgCluster;
beforeAll(async () => {
  cluster = await PgCluster.start();
});
afterAll(async () => await cluster[Symbol.asyncDispose]());

const FAULTS = ["lost", "twice", "invented", "gaps", "stale"] as const;

function faultsOf(result: RoomVerdict): readonly string[] {
  return FAULTS.filter((name) => result[name].length > 0);
}

test("connections cut, a node cut off past its locks, the server killed: each room is whole", async () => {
  const result = await roomChaos(cluster, { rounds: 2, lines: 200 });
  expect(faultsOf(result)).toEqual([]);
  expect(result.confirmed).toBeGreaterThanOrEqual(600);
  expect(result.refused).toBeGreaterThan(0);
  expect(result.cuts).toBeGreaterThan(2);
});

test("without the fence a node that was cut off writes behind its successor", async () => {
  const result = await roomChaos(cluster, { rounds: 2, lines: 50, withoutFence: true });
  expect(faultsOf(result)).toContain("stale");
});

test("an owner that was frozen past its locks is turned away, and one that was killed leaves whole rooms", async () => {
  const result = await frozenOwner(cluster, { ttlMs: 300, frozenMs: 300, lines: 20 });
  expect(faultsOf(result)).toEqual([]);
  expect(result.confirmed).toBeGreaterThanOrEqual(160);
  expect(result.refused).toBe(2);
});

test("without the fence an owner that was frozen writes behind its successor", async () => {
  const how = { ttlMs: 300, frozenMs: 300, lines: 5, withoutFence: true };
  expect(faultsOf(await frozenOwner(cluster, how))).toContain("stale");
});
