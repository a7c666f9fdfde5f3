/** Which tests may notice a mistake in a file, those first that are nearest by imports. */
import { basename, dirname } from "node:path";
import type { Edge } from "../import-rules.ts";
import type { Durations } from "../totals.ts";

const SUITE = ".e2e.test.ts";
/** Files of commands and of their programs: end-to-end suites start them by name. */
const STARTED = /^cli\/(?:commands|programs)\/(.+)\.ts$/;

export interface Sources {
  /** All imports, those of tests included. */
  readonly edges: readonly Edge[];
  /** The text of each file by its path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What test files take, in milliseconds of processor time. */
  readonly costs: Durations;
}

/** Files that import one, directly or through others, with the number of steps. */
function importers(file: string, edges: readonly Edge[]): ReadonlyMap<string, number> {
  const bySource = Map.groupBy(edges, ({ to }) => to);
  const steps = new Map([[file, 0]]);
  for (const [path, step] of steps) {
    for (const { from } of bySource.get(path) ?? []) {
      if (!steps.has(from)) steps.set(from, step + 1);
    }
  }
  return steps;
}

/** Unit test files that import a file or what imports it: the nearest first, of those as near the cheapest. */
export function unitTests(file: string, { edges, costs }: Sources): readonly string[] {
  const steps = importers(file, edges);
  const rank = (path: string) => steps.get(path) ?? 0;
  return [...steps.keys()]
    .filter((path) => path.endsWith(".test.ts") && !path.endsWith(SUITE))
    .sort((one, other) => rank(one) - rank(other) || (costs[one] ?? 0) - (costs[other] ?? 0));
}

/**
 * End-to-end suites that import a file, start a command that needs it, or share a word with its name: those first for
 * which more of that is true.
 */
export function suites(file: string, { edges, texts, costs }: Sources): readonly string[] {
  const steps = importers(file, edges);
  const commands = new Set([...steps.keys()].flatMap((path) => STARTED.exec(path)?.[1] ?? []));
  const words = wordsOf(file);
  const score = (suite: string): number => {
    const text = startedBy(suite, edges, texts);
    const started = [...commands].filter((name) => text.includes(`"${name}"`)).length;
    const named = wordsOf(suite).filter((word) => words.includes(word)).length;
    return named + (steps.has(suite) ? 1 : 0) + (started === 0 ? 0 : started / commands.size);
  };
  return [...texts.keys()]
    .filter((path) => path.endsWith(SUITE))
    .map((path) => ({ path, points: score(path) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || (costs[a.path] ?? 0) - (costs[b.path] ?? 0))
    .map(({ path }) => path);
}

/** Parts of the name of a file, without the endings that make one word of many. */
function wordsOf(path: string): readonly string[] {
  const name = basename(path, path.endsWith(SUITE) ? SUITE : ".ts");
  return name
    .split("-")
    .map((word) => word.replace(/(?:rs?|s)$/, ""))
    .filter((word) => word.length > 2);
}

/** The text of a suite and of the helpers beside it. */
function startedBy(
  suite: string,
  edges: readonly Edge[],
  texts: ReadonlyMap<string, string>,
): string {
  const helpers = edges.filter(({ from, to }) => from === suite && dirname(to) === "test");
  return [suite, ...helpers.map(({ to }) => to)].map((path) => texts.get(path) ?? "").join("\n");
}

/** Imports that only a run knows: of each command by its table, of its program by `later("NAME")`. */
export function lateEdges(texts: ReadonlyMap<string, string>): readonly Edge[] {
  const edges = [...texts].flatMap(([from, text]): readonly Edge[] => {
    if (!from.startsWith("cli/commands/")) return [];
    const programs = [...text.matchAll(/\blater\("([\w-]+)"/g)];
    return [
      { from: "cli/command-table.ts", to: from, specifier: "" },
      ...programs.map(([, name]) => ({ from, to: `cli/programs/${name}.ts`, specifier: "" })),
    ];
  });
  return edges;
}
