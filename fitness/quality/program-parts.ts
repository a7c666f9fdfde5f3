/** What is made of a program to test its tests: mutants, stubs, a twin; and the literals that stand in it. */
import { z } from "zod";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { helpersOf } from "#tools/contract/tool-modules.ts";
import { typescriptLiterals } from "../oracle/literals.ts";
import type { Literal } from "../oracle/lookup-table.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import type { ModuleDecision } from "./decision.ts";
import { chooseMutants, type ModuleMutant } from "./mutant.ts";
import type { ModuleRelaxed } from "./relaxed.ts";
import { type Inside, runInside } from "./run-inside.ts";
import { typescriptDecisions } from "./typescript-decisions.ts";
import { typescriptMutants } from "./typescript-mutants.ts";
import { typescriptRelaxed } from "./typescript-relaxed.ts";
import { watchTypescript } from "./typescript-watched.ts";
import { constantResults, typescriptStubs, typescriptTwin, type Variant } from "./variants.ts";
import { reporterOf, type WatchedPoint, type WatchedProgram } from "./watched.ts";

export interface ProgramParts {
  /** Those that are tried. */
  readonly mutants: readonly ModuleMutant[];
  /** Programs that do nothing; empty where no function `run` was found. */
  readonly stubs: readonly Variant[];
  /** The same program in other words. */
  readonly twin: string;
  readonly literals: readonly Literal[];
  /** Where it decides. */
  readonly decisions: readonly ModuleDecision[];
  /** The same program, telling its ways. */
  readonly watched: WatchedProgram;
  /** The same with one of its bounds wider. */
  readonly relaxed: readonly ModuleRelaxed[];
}

const answerSchema = z.object({
  mutants: z.array(
    z.object({
      line: z.number(),
      change: z.string(),
      source: z.string(),
      isDoubtful: z.boolean(),
    }),
  ),
  decisions: z.array(
    z.object({
      line: z.number(),
      text: z.string(),
      to: z.boolean(),
      place: z.string(),
      source: z.string(),
      probe: z.string().optional(),
    }),
  ),
  relaxed: z.array(z.object({ line: z.number(), text: z.string(), source: z.string() })),
  watched: z.object({
    source: z.string(),
    places: z.array(
      z.object({
        line: z.number(),
        text: z.string(),
        kind: z.enum(["condition", "change", "choice", "entry"]),
        ways: z.array(z.string()),
        isNamed: z.boolean(),
      }),
    ),
  }),
  stubs: z.array(z.string()),
  twin: z.string(),
  literals: z.array(z.union([z.string(), z.number()])),
});

/** Takes a program apart: TypeScript here, Python by Python's own parser in the sandbox. */
export async function partsOf(tool: ToolUnderTest, inside: Inside): Promise<ProgramParts> {
  const { folder, source, cases, contract } = tool;
  if (contract.language === "python") return await pythonParts(tool, inside);
  const modules = [["tool.ts", source] as const, ...helpersOf(folder)];
  return {
    mutants: chooseMutants(
      modules.flatMap(([file, text]) =>
        typescriptMutants(text).map((mutant) => ({ ...mutant, file })),
      ),
    ),
    stubs: typescriptStubs(source, cases),
    twin: typescriptTwin(source),
    literals: modules.flatMap(([, text]) => typescriptLiterals(text)),
    decisions: modules.flatMap(([file, text]) =>
      typescriptDecisions(text).map((decision) => ({ ...decision, file })),
    ),
    relaxed: modules.flatMap(([file, text]) =>
      typescriptRelaxed(text).map((one) => ({ ...one, file })),
    ),
    watched: watchedModules(modules, reporterOf(folder)),
  };
}

function watchedModules(
  modules: readonly (readonly [file: string, source: string])[],
  reporter: string,
): WatchedProgram {
  const points: WatchedPoint[] = [];
  const sources = modules.map(([file, text]) => {
    const one = watchTypescript(text, { file, first: points.length, reporter });
    points.push(...one.points);
    return [file, one.source] as const;
  });
  return { points, modules: new Map(sources), reporter };
}

async function pythonParts(tool: ToolUnderTest, inside: Inside): Promise<ProgramParts> {
  const { source, cases, folder } = tool;
  const results = constantResults(cases);
  const reporter = reporterOf(folder);
  const run = {
    program: "program.py",
    request: { source, results, reporter },
    files: [],
    policy: POLICIES.generatedTool,
  };
  const { lines, result } = await runInside(run, answerSchema, inside);
  const [parts] = lines;
  if (parts === undefined) throw new Error(`Python could not read the program: ${result.stderr}`);
  const mutants = parts.mutants
    .toSorted((a, b) => a.line - b.line)
    .map((mutant) => ({ ...mutant, file: "tool.py" }));
  const whats = ["always raises", ...results.map((one) => `always returns ${one.slice(0, 80)}`)];
  return {
    mutants: chooseMutants(mutants),
    stubs: parts.stubs.map((stub, index) => ({ what: whats[index] ?? "", source: stub })),
    twin: parts.twin,
    literals: parts.literals,
    decisions: parts.decisions.map((decision) => ({ ...decision, file: "tool.py" })),
    relaxed: parts.relaxed.map((one) => ({ ...one, file: "tool.py" })),
    watched: {
      points: parts.watched.places.map((point) => ({ ...point, file: "tool.py" })),
      modules: new Map([["tool.py", parts.watched.source]]),
      reporter,
    },
  };
}
