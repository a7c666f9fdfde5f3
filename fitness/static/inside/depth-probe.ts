/**
 * Runs in the sandbox. Parses sources to learn how deep they nest, for the parser's own recursion ends the
 * whole process on one that nests too deep, and that must not be the process that judges.
 *
 * Reads the sources by file name; writes `[file, depth]` a line, and no line for the one that ended it.
 */
import { depthOf, parseModule } from "../typescript/syntax.ts";

function depthIn(file: string, source: string): number | undefined {
  try {
    return depthOf(parseModule(file, source).program);
  } catch (error) {
    // The stack of ours may end before that of the parser.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const sources: Readonly<Record<string, string>> = JSON.parse(await Bun.stdin.text());
  for (const [file, source] of Object.entries(sources)) {
    const depth = depthIn(file, source);
    if (depth === undefined) break;
    process.stdout.write(`${JSON.stringify([file, depth])}\n`);
  }
}
