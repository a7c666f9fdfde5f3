import type { Run } from "./command.ts";

/**
 * What a command runs, in a file of its own that is loaded when the command is called.
 *
 * @param file name of a file in `programs/`, without its ending.
 * @param name of the function that it exports. @default the name of the file
 */
export function later(file: string, name: string = file): Run {
  return async (context) => {
    const program: Record<string, unknown> = await import(`./programs/${file}.ts`);
    const run = program[name];
    if (!isRun(run)) throw new Error(`cli/programs/${file}.ts exports no function "${name}"`);
    return await run(context);
  };
}

function isRun(value: unknown): value is Run {
  return typeof value === "function";
}
