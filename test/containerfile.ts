/** The Containerfile of org exec as data, for what can be said of it without an engine that builds it. */
import { join } from "node:path";
import { Glob } from "bun";

const ROOT = join(import.meta.dir, "..");

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
}

export interface Containerfile {
  readonly instructions: readonly Instruction[];
  /** The words of every instruction with this name. */
  all(name: string): readonly (readonly string[])[];
  /** What it copies from here, as paths from the top, with globs resolved. */
  readonly sources: readonly string[];
}

export async function readContainerfile(): Promise<Containerfile> {
  const text = await Bun.file(join(ROOT, "ops/container/Containerfile")).text();
  const instructions = instructionsOf(text);
  const all = (name: string) =>
    instructions.filter((one) => one.name === name).map(({ words }) => words);
  const sources = all("COPY")
    .filter(([first]) => first?.startsWith("--from=") === false)
    .flatMap((words) => words.slice(0, -1))
    .flatMap((path) => (path.includes("*") ? [...new Glob(path).scanSync(ROOT)] : [path]));
  return { instructions, all, sources: [...new Set(sources)] };
}

/** Lines that end with a backslash go on; comments and empty lines say nothing. */
function instructionsOf(text: string): readonly Instruction[] {
  const whole = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n/g, " ");
  return whole.split("\n").flatMap((line) => {
    const [name, ...words] = line.trim().split(/\s+/);
    return name === undefined || name === "" ? [] : [{ name, words }];
  });
}
