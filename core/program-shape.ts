/** Programs that differ in their values alone: the same work on another file, number or word. Pure. */

/** What stands where a value stood. */
const VALUE = "§";
/** A program of fewer characters, values not counted, is written faster than a tool is called. */
const LEAST_LENGTH = 24;
/** A longer one is not compared: the time that takes grows with the square of it. */
const MOST_LENGTH = 10_000;
/** Of shell, a single plain command is what the shell is for. */
const STEPS = /[|;\n{`]|&&|\$\(/;

const QUOTED = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g;
/** A word, a name or a title; whatever has more in it is a program of its own, as those of awk and jq. */
const PLAIN = /^[\p{L}\p{N} _.,:@/-]*$/u;
/** A path, or the name of a file. */
const PATH =
  /(?<![\p{L}\p{N}_§$.~-])(?:[\p{L}\p{N}_.~-]*\/[\p{L}\p{N}_./~-]*|[\p{L}\p{N}_-]+\.[A-Za-z][A-Za-z0-9]{0,4}(?![\p{L}\p{N}_(.]))/gu;
/** Not the third column of awk, nor the third argument: another column is other work. */
const NUMBER = /(?<![\p{L}\p{N}_§$.])\d+(?:\.\d+)?(?![\p{L}\p{N}_])/gu;

/** The languages of programs that personas write by hand, by the tool that runs them. */
export type HandTool = "sh" | "python_run";

/**
 * @returns a program without its values, the same for all that differ in nothing else; `undefined` where it is too short to
 *   be worth a tool, or longer than a person reads.
 */
export function programShape(tool: HandTool, program: string): string | undefined {
  if (program.length > MOST_LENGTH) return undefined;
  const lines = program
    .split("\n")
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .map((line) => (tool === "sh" ? line.trim() : line.trimEnd()));
  const shape = lines
    .join("\n")
    .replace(QUOTED, (quoted) => (PLAIN.test(quoted.slice(1, -1)) ? VALUE : quoted))
    .replace(PATH, VALUE)
    .replace(NUMBER, VALUE)
    .replace(/[^\S\n]+/g, " ");
  const rest = shape.replaceAll(VALUE, "").replace(/\s/g, "");
  if (rest.length < LEAST_LENGTH) return undefined;
  return tool === "sh" && !STEPS.test(shape) ? undefined : shape;
}
