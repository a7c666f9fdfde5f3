/** A program of the user's that a line asks about: a small model reads it and reckons, where it was to be run. */
import { z } from "zod";
import { defineTool } from "#tools/define-tool.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import type { Tool } from "#tools/tool.ts";
import { ASKS_FOR_OUTPUT, isNamedIn } from "./file-list.ts";
import { extended, type TableContext } from "./table-tool.ts";

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

function started(argv: string): string {
  return `import subprocess, sys\nsys.exit(subprocess.run([${argv}]).returncode)`;
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
  { workspace, cleaner, python }: Omit<TableContext, "isRepository">,
): Promise<DynamicTools | undefined> {
  if (python === undefined || !ASKS_FOR_OUTPUT.test(line)) return undefined;
  const { paths } = await workspace.list(MOST_LISTED);
  const named = paths.filter((path) => isNamedIn(line, path));
  if (named.length === 0 || !named.every((path) => runnerOf(path) !== undefined)) return undefined;
  const read = async (path: string) => {
    const file = await workspace.read(path, MOST_BYTES).catch(() => undefined);
    return file === undefined ? "" : cleaner.clean(new TextDecoder().decode(file.data));
  };
  return extended(dynamic, programRun(named, python, read));
}

function programRun(
  paths: readonly string[],
  python: Tool,
  read: (path: string) => Promise<string>,
): Tool {
  const tool = defineTool({
    name: PROGRAM_RUN,
    effect: python.effect,
    description: "Runs a program of the user's, without arguments, and shows what it prints.",
    input: z.object({ file: z.enum(paths) }),
    run: async ({ file }, context) => {
      const code = runnerOf(file)?.(JSON.stringify(file)) ?? "";
      const done = await python.run({ code }, context);
      return done.ok ? { ...done, output: withCalls(done.output, await read(file)) } : done;
    },
  });
  // It reaches what a program of Python does: so the policy decides on it as on `python_run`.
  const { capabilities, program, lasts } = python;
  return { ...tool, capabilities, program, lasts, isFirst: true };
}

/** Of a longer program it is not looked at what prints. */
const MOST_BYTES = 16_384;
/** In Python, JavaScript and shells. */
const PRINTS = /^[ \t]*(?:print\s*\(|console\.(?:log|info)\(|echo\s|printf\s)/;

/**
 * What a program printed, behind each line what printed it, where that is certain: as many lines as there are statements that
 * print, none of them in a block. Asked what comes out for one of two names, a model took the first line.
 */
function withCalls(output: string, source: string): string {
  const printed = output.split("\n");
  const calls = source.split("\n").filter((line) => PRINTS.test(line));
  const isCertain = calls.length === printed.length && calls.every((line) => /^\S/.test(line));
  if (printed.length < 2 || !isCertain) return output;
  return printed.map((line, at) => `${line}  <- ${calls[at]?.trim()}`).join("\n");
}

function runnerOf(path: string): ((path: string) => string) | undefined {
  return RUNNERS[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""];
}
