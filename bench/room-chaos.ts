#!/usr/bin/env bun
/**
 * The long form of test/journal/room-chaos.test.ts: three nodes write into four rooms while connections are cut, nodes
 * are cut off past their locks, and the server is killed, again and again.
 *
 *   bun bench/room-chaos.ts            20 rounds of 500 lines
 *   bun bench/room-chaos.ts 200 1000   200 rounds of 1,000
 *
 * Exit code 1: something was lost, or a late owner wrote.
 */
import { roomChaos } from "../test/journal/room-chaos.ts";
import { PgCluster } from "../test/postgres-cluster.ts";

const [rounds = 20, lines = 500] = process.argv.slice(2).map(Number);
// The server is killed and not the machine, so the disk need not be waited for.
await using cluster = await PgCluster.start();
const began = performance.now();
const { confirmed, refused, cuts, ...faults } = await roomChaos(cluster, { rounds, lines });
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const report = [
  `${confirmed} lines confirmed in ${seconds} s; connections cut ${cuts} times, ${rounds} nodes cut off past their`,
  `locks, the server killed ${rounds} times; ${refused} late lines refused`,
  ...Object.entries(faults).map(
    ([name, keys]) => `${name}: ${keys.length} ${keys.slice(0, 5).join(" ")}`,
  ),
];
process.stdout.write(`${report.join("\n")}\n`);
process.exitCode = Object.values(faults).some((keys) => keys.length > 0) ? 1 : 0;
