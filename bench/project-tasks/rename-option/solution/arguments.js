export const USAGE = "upper.js FILE [--output FILE]";

/** Reads the command line. */
export function readArguments(args) {
  let file;
  let output;
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === "--output") {
      index += 1;
      output = args[index];
      if (output === undefined) return { problem: "--output needs a file" };
    } else if (args[index].startsWith("--")) {
      return { problem: `unknown option ${args[index]}` };
    } else file = args[index];
  }
  return file === undefined ? { problem: "no file" } : { file, output };
}
