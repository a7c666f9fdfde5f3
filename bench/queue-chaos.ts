#!/usr/bin/env bun
/**
 * The long form of test/queue-chaos.e2e.test.ts: connections are cut, a worker is killed and another one stopped, again
 * and again.
 *
 *   bun bench/queue-chaos.ts            20 rounds of 500 jobs
 *   bun bench/queue-chaos.ts 200 1000   200 rounds of 1,000
 *
 * Exit code 1: something was lost or done twice.
 */
import { PgCluster } from "../test/postgres-cluster.ts";
import { chaos } from "../test/queue/chaos.ts";

const [rounds = 20, jobs = 500] = process.argv.slice(2).map(Number);
await using cluster = await PgCluster.start({ durable: true });
const began = performance.now();
const { confirmed, cuts, refused, ...faults } = await chaos(cluster, { rounds, jobs });
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const lines = [
  `${confirmed} jobs confirmed in ${seconds} s; ${cuts} connections cut, ${rounds} kills, ${rounds} stops`,
  `${refused} late ends refused`,
  ...Object.entries(faults).map(
    ([name, ids]) => `${name}: ${ids.length} ${ids.slice(0, 5).join(" ")}`,
  ),
];
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = Object.values(faults).some((ids) => ids.length > 0) ? 1 : 0;
