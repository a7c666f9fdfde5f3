#!/usr/bin/env bun
/**
 * The long form of test/partition.e2e.test.ts, as root: of three nodes in network namespaces one is cut off for 8 s and one
 * stopped for 6, again and again.
 *
 *   bun bench/partition-chaos.ts      5 rounds of 12 s
 *   bun bench/partition-chaos.ts 50
 *
 * Exit code 1: something was lost or done twice, or a late owner wrote.
 */
import { NetworkNodes } from "../test/network-nodes.ts";
import { clusterOn, NODES, partition } from "../test/partition.ts";

const [rounds = 5] = process.argv.slice(2).map(Number);
await using network = await NetworkNodes.start(NODES);
await using cluster = await clusterOn(network);
const all = { lines: 0, jobs: 0, lateLines: 0, lateJobs: 0 };
const faults: string[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const how = { cutMs: 8000, frozenMs: 6000, ttlMs: 3000, pauseMs: 5 };
  const { rooms, jobs, confirmed, refused } = await partition(cluster, network, how);
  all.lines += confirmed.lines;
  all.jobs += confirmed.jobs;
  all.lateLines += refused;
  all.lateJobs += jobs.refused;
  for (const [name, found] of [...Object.entries(rooms), ...Object.entries(jobs)]) {
    if (Array.isArray(found)) faults.push(...found.map((key) => `round ${round}, ${name}: ${key}`));
  }
}
const report = [
  `${all.lines} lines and ${all.jobs} jobs confirmed; ${rounds} nodes cut off for 8 s, ${rounds} stopped for 6 s;`,
  `${all.lateLines} late lines and ${all.lateJobs} late ends of jobs refused; faults: ${faults.length}`,
  ...faults.slice(0, 10),
];
process.stdout.write(`${report.join("\n")}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
