#!/usr/bin/env bun
/** What a call of a generated tool costs, beside the start of the program that it needs anyway. */
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { callTool } from "#tools/contract/call.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { compare } from "./support/compare.ts";
import { below, named, publish, type Section } from "./support/report.ts";

/** A model waits for a call; below it no person notices. */
const AIM_MS = 60;

const { signal } = new AbortController();

const TYPESCRIPT = toolOf(
  "tool.ts",
  `import { z } from "zod";
  export const input = z.object({ text: z.string() });
  export async function run({ text }: z.infer<typeof input>): Promise<number> {
    return text.split(/\\s+/).filter((word) => word !== "").length;
  }`,
);
const PYTHON = toolOf("tool.py", `def run(args, ctx):\n    return len(args["text"].split())\n`);

publish([await coldCall(), await warmCalls()]);

/** The first call of a process of ours also builds the programs that run inside. */
async function coldCall(): Promise<Section> {
  const startMs = performance.now();
  await callMs(TYPESCRIPT);
  const samples = [performance.now() - startMs];
  return {
    title: "tool call: the first of a process, in TypeScript",
    unit: "ms, less is better",
    series: [{ name: "callTool", samples }],
    aims: [],
  };
}

async function warmCalls(): Promise<Section> {
  const bun = [process.execPath, "-e", "0"];
  const series = await compare(
    [
      { name: "bun, no sandbox", round: () => spawnMs(bun) },
      { name: "bun in the sandbox", round: () => sandboxedMs(["bun", "-e", "0"]) },
      { name: "callTool, TypeScript", round: () => callMs(TYPESCRIPT) },
      { name: "python3 in the sandbox", round: () => sandboxedMs(["/usr/bin/python3", "-c", "0"]) },
      { name: "callTool, Python", round: () => callMs(PYTHON) },
    ],
    { warmUp: 3, counted: 25 },
  );
  return {
    title: "tool call: arguments in, checked result out",
    unit: "ms, less is better",
    series,
    aims: ["callTool, TypeScript", "callTool, Python"].map((name) =>
      below(AIM_MS, named(series, name)),
    ),
  };
}

function toolOf(file: string, source: string): ToolFolder {
  const contract = {
    name: "count_words",
    description: "Counts the words of a text.",
    language: file.endsWith(".py") ? "python" : "ts",
    input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    output: { type: "integer" },
  };
  const files = new Map([
    ["spec.json", JSON.stringify(contract)],
    [file, source],
  ]);
  return { name: contract.name, files };
}

async function callMs(tool: ToolFolder): Promise<number> {
  const startMs = performance.now();
  const outcome = await callTool(tool, { text: "the quick brown fox" }, { signal });
  const endMs = performance.now();
  if (outcome.kind !== "result" || outcome.value !== 4) throw new Error(JSON.stringify(outcome));
  return endMs - startMs;
}

async function sandboxedMs(command: readonly string[]): Promise<number> {
  const startMs = performance.now();
  const { exit, stderr } = await runSandboxed(command, POLICIES.generatedTool, { signal });
  const endMs = performance.now();
  if (exit !== 0) throw new Error(stderr);
  return endMs - startMs;
}

async function spawnMs(command: readonly string[]): Promise<number> {
  const startMs = performance.now();
  const child = Bun.spawn([...command], { stdio: ["ignore", "ignore", "inherit"] });
  const exit = await child.exited;
  const endMs = performance.now();
  if (exit !== 0) throw new Error(`${command.join(" ")} ended with ${exit}`);
  return endMs - startMs;
}
