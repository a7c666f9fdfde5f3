#!/usr/bin/env bun
/**
 * Does one thing to a repository as a room does, and prints what it took as JSON.
 *
 *   bun bench/programs/large-project.ts open|turn|map ROOT PROJECTS
 */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findProject } from "#ops/project/place.ts";
import { keepTurn, openWork, type ProjectWork } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import { repositoryMap } from "#tools/project/repository-map.ts";
import { pathOf } from "../support/large-repository.ts";

export interface Cost {
  readonly ms: number;
  /** Processor time of this process and of the programs that it started, in milliseconds. */
  readonly cpuMs: number;
}

const [what = "", root = "", projects = ""] = process.argv.slice(2);
const costs: Cost[] = [];
const work = what === "open" ? await measured(open) : await open();
if (what === "turn") {
  for (let turn = 0; turn < 3; turn += 1) {
    appendFileSync(join(work.copy, pathOf(turn * 11)), `// ${turn}\n`);
    await measured(() => keepTurn(work, { persona: "bench", title: "one line" }));
  }
}
if (what === "map") {
  await measured(() => map(work));
  appendFileSync(join(work.copy, pathOf(7)), "export function lateInvoice() {}\n");
  await keepTurn(work, { persona: "bench", title: "one line" });
  await measured(() => map(work));
}
const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
process.stdout.write(JSON.stringify({ costs, megabytes: Number(kibibytes) / 1024 }));

async function open(): Promise<ProjectWork> {
  const place = await findProject(root, projects);
  if (place === undefined) throw new Error(`No repository at ${root}`);
  const signal = new AbortController().signal;
  return await openWork(place, `project-${place.id}`, { signal });
}

async function map({ repository }: ProjectWork): Promise<void> {
  const tree = await gitText(repository, ["rev-parse", "--verify", "refs/org/work^{tree}"]);
  const words = "The invoice of a customer has the wrong total: fix the report of orders";
  const text = await repositoryMap({ repository, tree, words, render: (one) => one });
  if (!/invoice|customer|report|order/.test(text))
    throw new Error(`Not a map: ${text.slice(0, 200)}`);
}

async function measured<T>(task: () => Promise<T>): Promise<T> {
  const [startMs, startCpuMs] = [performance.now(), cpuMs()];
  const result = await task();
  costs.push({ ms: performance.now() - startMs, cpuMs: cpuMs() - startCpuMs });
  return result;
}

/** With the time of children that were waited for, in steps of 10 ms. */
function cpuMs(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}
