#!/usr/bin/env bun
/**
 * Does one thing to a repository as a room does, and prints what it took as JSON.
 *
 *   bun bench/programs/large-project.ts open|turn|question|program|map ROOT PROJECTS
 */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openProjectWork, type ProjectParts, roomParts } from "#app/project.ts";
import { looksSecret } from "#core/text/secret-names.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { findProject } from "#ops/project/location.ts";
import { keepTurn, type ProjectWork } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { repositoryMap } from "#tools/project/repository-map.ts";
import { callPolicy } from "#tools/tool-sandbox.ts";
import { pathOf } from "../support/large-repository.ts";

export interface Cost {
  readonly ms: number;
  /** Processor time of this process and of the programs that it started, in milliseconds. */
  readonly cpuMs: number;
}

const QUESTION = "The invoice of a customer has the wrong total: fix the report of orders";

const [what = "", root = "", projects = ""] = process.argv.slice(2);
const { signal } = new AbortController();
const costs: Cost[] = [];
const { work, parts } = what === "open" ? await measured(open) : await open();
if (what === "open") await measured(() => files(work));
if (what === "turn") {
  for (let turn = 0; turn < 4; turn += 1) {
    appendFileSync(join(work.copy, pathOf(turn * 11)), `// ${turn}\n`);
    await measured(() => keepTurn(work, { persona: "bench", title: "one line" }));
  }
}
if (what === "question") {
  for (let turn = 0; turn < 4; turn += 1) {
    const append = async () => {
      await parts.workspace.append(pathOf(turn * 13 + 5), `// ${turn}\n`);
    };
    await measured(() => question(parts, append));
  }
}
if (what === "program") {
  const run = async (turn: number) => {
    const policy = await callPolicy(parts.sandbox, POLICIES.sh, undefined);
    const script = `printf '// ${turn}\\n' >> ${pathOf(turn * 13 + 5)}`;
    const { exit } = await runSandboxed(["/bin/sh", "-c", script], policy, { signal });
    if (exit !== 0) throw new Error(`The program ended with ${exit}`);
  };
  for (let turn = 0; turn < 4; turn += 1) await measured(() => question(parts, () => run(turn)));
}
if (what === "map") {
  await measured(() => map(work));
  appendFileSync(join(work.copy, pathOf(7)), "export function lateInvoice() {}\n");
  await keepTurn(work, { persona: "bench", title: "one line" });
  await measured(() => map(work));
}
const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
process.stdout.write(JSON.stringify({ costs, megabytes: Number(kibibytes) / 1024 }));

/** As a room is opened that its user wants to type in. */
async function open(): Promise<{ readonly work: ProjectWork; readonly parts: ProjectParts }> {
  const place = await findProject(root, projects);
  if (place === undefined) throw new Error(`No repository at ${root}`);
  const opened = await openProjectWork(place, `project-${place.id}`, signal);
  const searchPath = "/usr/local/bin:/usr/bin:/bin";
  const app = { cleaner: new TextCleaner(), searchPath, signal };
  const both = { work: opened, parts: await roomParts(app, opened) };
  if (what !== "open") await files(opened);
  return both;
}

/** Until a turn may begin: while its user types. */
async function files({ lock }: ProjectWork): Promise<void> {
  using _held = await lock.take({ owner: "bench", waitMs: Infinity });
}

/** All that a question costs beside the model, and one file that is changed. */
async function question({ project }: ProjectParts, change: () => Promise<void>): Promise<void> {
  using asked = await project.begin(QUESTION, signal);
  await change();
  const kept = await asked.keep({ persona: "bench", model: undefined, line: QUESTION });
  if (kept?.startsWith("1 file") !== true) throw new Error(`Not a turn: ${kept}`);
}

async function map({ repository }: ProjectWork): Promise<void> {
  const tree = await gitText(repository, ["rev-parse", "--verify", "refs/org/work^{tree}"]);
  const text = await repositoryMap({
    repository,
    tree,
    task: QUESTION,
    render: (one) => one,
    isHidden: looksSecret,
  });
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
