/**
 * The longest stop of the event loop while what a program printed is cleaned on its way into the room: a fuzz over
 * repeated beginnings of secrets. Prints the seed, the longest stops and their patterns.
 *
 *   bun bench/output-stops.ts [--seed N] [--patterns N] [--megabytes N] [--json]
 */
import { parseArgs } from "node:util";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { DEFAULT_POLICY } from "#platform/sandbox/policy.ts";
import { OPEN_KEY_FILE } from "#test/endless-secrets.ts";
import { programOutput } from "#tools/program-output.ts";
import type { Tool } from "#tools/tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { below, publish } from "./support/report.ts";
import { longestStop } from "./support/stop-meter.ts";
import { randomNumbers, tokenPattern } from "./support/token-patterns.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    patterns: { type: "string", default: "240" },
    megabytes: { type: "string", default: "4" },
    json: { type: "boolean" },
  },
});
const [seed, count, megabytes] = [values.seed, values.patterns, values.megabytes].map(Number);
if (seed === undefined || count === undefined || megabytes === undefined) process.exit(64);

/** All patterns are tried at this length, in bytes; the slowest then at the whole one. */
const SHORT = 64 * 1024;
const SLOWEST = 8;
/** The longest stop that may be, in milliseconds. */
const LONGEST_MS = 50;

const cleaner = new TextCleaner(["swordfish-1", "correct horse battery"]);
const { signal } = new AbortController();
let printed = "";
const schema = { name: "prints", description: "prints", parameters: { type: "object" } };
const prints: Tool = {
  name: "prints",
  effect: "execute",
  schema,
  run: async (_args, { clean }) =>
    await programOutput(
      {
        ...{ exit: 0, signal: null, killed: null, stdout: printed, stderr: "" },
        ...{ cpuMs: 1, peakBytes: 1, wallMs: 1, truncated: { stdout: false, stderr: false } },
      },
      DEFAULT_POLICY,
      clean,
    ),
};
const box = new Toolbox([prints], { cleaner });

/** The way that every output takes: cleaned, cut to head and tail, cleaned once more. */
async function stopOf(pattern: string, bytes: number): Promise<number> {
  printed = pattern.repeat(Math.ceil(bytes / Buffer.byteLength(pattern)));
  const call = { id: "c", name: "prints", arguments: {} };
  return await longestStop(() => box.run(call, { persona: "agent", signal }));
}

const random = randomNumbers(seed);
const patterns = Array.from({ length: count }, (_, index) => {
  const pattern = tokenPattern(random);
  // Behind the first line of a key file everything could be the key.
  return index % 10 === 9 ? OPEN_KEY_FILE + pattern : pattern;
});
// Compiled before anything counts.
for (const pattern of patterns.slice(0, 20)) await stopOf(pattern, SHORT);
const tried: { readonly pattern: string; readonly ms: number }[] = [];
for (const pattern of patterns) tried.push({ pattern, ms: await stopOf(pattern, SHORT) });
const slowest = tried.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST);
const whole: { readonly name: string; readonly samples: readonly number[] }[] = [];
for (const { pattern } of slowest) {
  const ms = await stopOf(pattern, megabytes * 1e6);
  whole.push({ name: JSON.stringify(pattern.slice(0, 60)), samples: [ms] });
}
whole.sort((a, b) => (b.samples[0] ?? 0) - (a.samples[0] ?? 0));
publish([
  {
    title: `output-stops: seed ${seed}, ${count} patterns of ${SHORT / 1024} KiB, the slowest ${SLOWEST} at ${megabytes} MB`,
    unit: "ms of processor time between two turns of the event loop, less is better",
    series: whole,
    aims: whole.slice(0, 1).map((longest) => below(LONGEST_MS, longest)),
  },
]);
