export const USAGE = "upper.js FILE [--dest FILE]";

/** Reads the command line. */
export function readArguments(args) {
  let file;
  let dest;
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === "--dest") {
      index += 1;
      dest = args[index];
      if (dest === undefined) return { problem: "--dest needs a file" };
    } else if (args[index].startsWith("--")) {
      return { problem: `unknown option ${args[index]}` };
    } else file = args[index];
  }
  return file === undefined ? { problem: "no file" } : { file, dest };
}
