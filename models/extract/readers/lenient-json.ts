import type { Openness } from "../dialect.ts";
import { LIMITS } from "../limits.ts";
import { parseExactJson } from "./exact-json.ts";
import { LiteralReader, TooDeep } from "./literal.ts";

export interface LenientJson extends Openness {
  readonly value: unknown;
  /** It was not strict JSON. */
  readonly repaired: boolean;
  /** It holds text that cannot be read as any value, so that what was read is not what was meant. */
  readonly garbled: boolean;
  /** Something was left open on purpose, such as `...`: documentation, not data. */
  readonly placeholder: boolean;
  /** Index behind the value. */
  readonly end: number;
}

const BRACKET = /[{[]/;

/**
 * Reads the first JSON object or list in a text, as well or badly as it may be written: wrong or
 * missing quotes, commas and brackets, comments, Python words, raw line ends, unknown escapes.
 *
 * @returns `undefined` when the text holds neither `{` nor `[`.
 * @throws {TooDeep} for nesting beyond the limit.
 */
export function parseLenientJson(text: string, from = 0): LenientJson | undefined {
  const start = firstBracket(text, from);
  if (start < 0) return undefined;
  const whole = start === 0 ? strict(text) : undefined;
  if (whole !== undefined) return { ...whole, end: text.length };
  const reader = new LiteralReader(text, start);
  const value = reader.value();
  // Text behind the value, such as a fence, does not make it less strict.
  const exact = reader.missing === 0 ? strict(text.slice(start, reader.at)) : undefined;
  if (exact !== undefined) return { ...exact, end: reader.at };
  return {
    value,
    repaired: true,
    garbled: reader.garbled,
    open: reader.open,
    lost: reader.lost,
    placeholder: reader.placeholder,
    end: reader.at,
  };
}

function strict(text: string): Omit<LenientJson, "end"> | undefined {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return undefined; // Read leniently instead.
  }
  if (isDeeperThan(value, LIMITS.depth)) throw new TooDeep(`nested deeper than ${LIMITS.depth}`);
  return { value, repaired: false, garbled: false, open: false, lost: false, placeholder: false };
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}

function firstBracket(text: string, from: number): number {
  // One search for both: where a text has no list, one for `[` would go to its end for every object in it.
  const found = new RegExp(BRACKET, "g");
  found.lastIndex = from;
  return found.exec(text)?.index ?? -1;
}
