#!/usr/bin/env bun
/** How long a person waits: for a page of help, and for the first prompt of a room. */
import { compare } from "./support/compare.ts";
import { below, named, publish } from "./support/report.ts";

const MAIN = `${import.meta.dir}/../main.ts`;

const series = await compare(
  [
    { name: "bun -e ''", round: () => wallMs(["-e", ""]) },
    { name: "org --help", round: () => wallMs([MAIN, "--help"]) },
  ],
  { warmUp: 2, counted: 21 },
);

publish([
  {
    title: "start-up: until the program has ended",
    unit: "ms, less is better",
    series,
    aims: [below(60, named(series, "org --help"))],
  },
]);

function wallMs(args: readonly string[]): number {
  const startMs = performance.now();
  const { success, stderr } = Bun.spawnSync([process.execPath, ...args]);
  const endMs = performance.now();
  if (!success) throw new Error(`bun ${args.join(" ")} failed: ${stderr}`);
  return endMs - startMs;
}
