#!/usr/bin/env bun
/**
 * Runs the benchmarks, each in a process of its own, and prints one table.
 *
 *   bun run bench                  all of them
 *   bun run bench journal sandbox  some of them
 *   bun run bench tasks --base …   one that takes options of its own
 */
import { type Grid, type Section, table } from "./support/report.ts";

const BENCHMARKS = [
  "chat-stream",
  "extraction",
  "quirks",
  "start-up",
  "terminal",
  "channel-lock",
  "journal",
  "http",
  "dashboard",
  "queue",
  "shared-queue",
  "nodes",
  "sandbox",
  "tool-call",
  "gate",
  "statistics",
  "search",
  "memory",
  "rules",
  "policy-program",
  "project",
  "redact",
  "output-stops",
  "telegram",
  "engine",
  "tasks",
  "project-tasks",
];
/** They print tables of their own. */
const OF_TABLES = ["observer-rules", "observer-signs"];
/** They take options of their own. */
const OF_MODELS = ["tasks", "project-tasks", "observer", "browser"];

const asked = process.argv.slice(2);
const [first = "", ...options] = asked;
if (OF_MODELS.includes(first) && options.length > 0) process.exit(await runTasks(first, options));
if (OF_TABLES.includes(first)) process.exit(await runTasks(first, options));
const unknown = asked.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(
    `No benchmark "${unknown.join('", "')}". There are: ${[...BENCHMARKS, ...OF_TABLES].join(", ")}, observer or browser --base URL --model NAME`,
  );
  process.exit(2);
}

const sections: (Section | Grid)[] = [];
for (const name of asked.length > 0 ? asked : BENCHMARKS) {
  process.stderr.write(`${name} …\n`);
  sections.push(...(await run(name)));
}
process.stdout.write(`${table(sections)}\n`);

async function run(name: string): Promise<readonly (Section | Grid)[]> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/${name}.ts`, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`The benchmark "${name}" failed`);
  return JSON.parse(text);
}

/** It asks a model server for hours: what it says, and an interruption, pass through. */
async function runTasks(name: string, options: readonly string[]): Promise<number> {
  process.on("SIGINT", () => undefined);
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/${name}.ts`, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return await child.exited;
}
