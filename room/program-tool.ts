/** A program of the user's that a line asks about: a small model reads it and reckons, where it was to be run. */
import { z } from "zod";
import { defineTool } from "#tools/define-tool.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import type { Tool } from "#tools/tool.ts";
import { ASKS_FOR_OUTPUT, isNamedIn } from "./file-list.ts";
import { extended, type TablePlace } from "./table-tool.ts";

const PROGRAM_RUN = "run_program";
/** Among so many files programs are looked for. */
const MOST_LISTED = 64;

type Runner = (path: string) => string;

/** Every sandbox has Bun; without packages, for there is no network to fetch them from. */
const javascript: Runner = (path) => started(`"bun", "--no-install", "--no-env-file", ${path}`);

/** What runs a program, as a program of Python. */
const RUNNERS: Readonly<Record<string, Runner | undefined>> = {
  py: (path) =>
    `import runpy, sys\nsys.argv = [${path}]\nrunpy.run_path(${path}, run_name="__main__")`,
  sh: (path) => started(`"sh", ${path}`),
  ...{ js: javascript, mjs: javascript, cjs: javascript, ts: javascript },
};

function started(words: string): string {
  return `import subprocess, sys\nsys.exit(subprocess.run([${words}]).returncode)`;
}

/**
 * @param line what the user wrote.
 * @param dynamic the tools of the turn so far.
 * @returns the same with `run_program`, with which the turn begins; nothing where the line names other files or no program,
 * or does not ask what it prints.
 */
export async function withProgramRun(
  line: string,
  dynamic: DynamicTools | undefined,
  { workspace, python }: Pick<TablePlace, "workspace" | "python">,
): Promise<DynamicTools | undefined> {
  if (python === undefined || !ASKS_FOR_OUTPUT.test(line)) return undefined;
  const { paths } = await workspace.list(MOST_LISTED);
  const named = paths.filter((path) => isNamedIn(line, path));
  if (named.length === 0 || !named.every((path) => runnerOf(path) !== undefined)) return undefined;
  return extended(dynamic, programRun(named, python));
}

function programRun(paths: readonly string[], python: Tool): Tool {
  const tool = defineTool({
    name: PROGRAM_RUN,
    effect: python.effect,
    description: "Runs a program of the user's, without arguments, and shows what it prints.",
    input: z.object({ file: z.enum(paths) }),
    run: async ({ file }, context) => {
      const code = runnerOf(file)?.(JSON.stringify(file)) ?? "";
      return await python.run({ code }, context);
    },
  });
  // It reaches what a program of Python does: so it is judged.
  const { capabilities, program, lasts } = python;
  return { ...tool, capabilities, program, lasts, isFirst: true };
}

function runnerOf(path: string): ((path: string) => string) | undefined {
  return RUNNERS[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""];
}
