/** YAML of a person as plain data: no aliases, no surprises in size. */
import { reasonOf } from "./errors.ts";

/** Most values of a file. */
const MAX_VALUES = 10_000;
/** Deepest nesting of its values. */
const MAX_NESTING = 50;
/** The parser names no line, and looking for it costs a parse a line. */
const MAX_LINES = 500;

const NO_ALIASES = "anchors and aliases (& and *) are not supported; write the value out";

export function parseYaml(text: string): { readonly value?: unknown; readonly problem?: string } {
  try {
    const value: unknown = Bun.YAML.parse(text);
    const problem = new Weight(text.length).problemWith(value, 0);
    return problem === undefined ? { value } : { problem };
  } catch (error) {
    return { problem: brokenYaml(text, reasonOf(error)) };
  }
}

/**
 * Aliases make a small file large once a reader walks through it. A file without them holds every value
 * once, and no more text than it has characters.
 */
class Weight {
  readonly #visited = new Set<object>();
  #values = 0;
  #charactersLeft: number;

  constructor(characters: number) {
    this.#charactersLeft = characters;
  }

  problemWith(value: unknown, depth: number): string | undefined {
    this.#values += 1;
    if (this.#values > MAX_VALUES) return `the file holds more than ${MAX_VALUES} values`;
    if (depth > MAX_NESTING) return `its values are nested deeper than ${MAX_NESTING}`;
    if (typeof value === "string") this.#charactersLeft -= value.length;
    if (this.#charactersLeft < 0) return NO_ALIASES;
    return typeof value === "object" && value !== null ? this.#problemIn(value, depth) : undefined;
  }

  #problemIn(value: object, depth: number): string | undefined {
    if (this.#visited.has(value)) return NO_ALIASES;
    this.#visited.add(value);
    for (const [key, inner] of Object.entries(value)) {
      if (key === "__proto__") return 'the key "__proto__" is not allowed';
      if (!Array.isArray(value)) this.#charactersLeft -= key.length;
      const problem = this.problemWith(inner, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
}

function brokenYaml(text: string, reason: string): string {
  const why = `it is not YAML: ${reason.replace(/^YAML Parse error: /, "")}`;
  const lines = text.split("\n");
  if (lines.length > MAX_LINES) return why;
  // What comes after a mistake cannot mend it: it lies just behind the longest beginning that is YAML.
  let good = lines.length - 1;
  while (good > 0 && !isYaml(lines.slice(0, good).join("\n"))) good -= 1;
  const line = lines.slice(good).findIndex((one) => one.trim() !== "");
  return `${why}, near line ${good + Math.max(0, line) + 1}`;
}

function isYaml(text: string): boolean {
  try {
    Bun.YAML.parse(text);
    return true;
  } catch {
    return false;
  }
}
