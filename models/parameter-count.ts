/** How many weights a model has, in billions, out of what servers and names say of it. */

const UNIT = { t: 1000, b: 1, m: 1e-3, k: 1e-6 } as const;

// "1.5B", "8.2B", "134.52M", "8x7B".
const SIZE = /^(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,4})?)\s*([tbmk])$/i;

/**
 * A size as people and servers write it: "1.5B", "134.52M", "8x7B".
 *
 * @returns `undefined` for every other text.
 */
export function billionsIn(text: string): number | undefined {
  const [, experts = "1", count = "", unit = ""] = SIZE.exec(text.trim()) ?? [];
  const scale = unitOf(unit);
  return scale === undefined ? undefined : positive(Number(experts) * Number(count) * scale);
}

function unitOf(letter: string): number | undefined {
  return Object.entries(UNIT).find(([unit]) => unit === letter.toLowerCase())?.[1];
}

// "a3b" is the active part of a mixture of experts and does not match: what counts is the whole.
const SIZED = /^(?:\d{1,3}x)?\d{1,4}(?:\.\d{1,4})?[tbm]$/i;
// What "gemma3n:e4b" has in memory at a time; its name does not tell the whole.
const EFFECTIVE = /^e(\d{1,2}b)$/i;

/**
 * The size that stands in a model's name, such as "qwen2.5-coder:1.5b-instruct-q4_K_M" or "Qwen3-30B-A3B".
 *
 * @returns weights in billions, of a mixture of experts all of them; `undefined` where the name does not tell.
 */
export function billionsOfName(name: string): number | undefined {
  const parts = name.replace(/\.gguf$/i, "").split(/[^A-Za-z0-9.]+/);
  const sizes = parts.flatMap((part) => {
    const size = SIZED.test(part) ? part : EFFECTIVE.exec(part)?.[1];
    return size === undefined ? [] : (billionsIn(size) ?? []);
  });
  // A window may stand there, too: "-7B-Instruct-1M".
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}

/** A count of weights, as servers tell it, in billions. */
export function billionsOfCount(count: unknown): number | undefined {
  return typeof count === "number" ? positive(count / 1e9) : undefined;
}

function positive(billions: number): number | undefined {
  return Number.isFinite(billions) && billions > 0 ? Number(billions.toPrecision(4)) : undefined;
}
