import { LIMITS } from "../limits.ts";
import { LiteralReader, TooDeep } from "./literal.ts";

export interface LenientJson {
  readonly value: unknown;
  /** It was not strict JSON. */
  readonly repaired: boolean;
  /** The text ended before the value did. */
  readonly truncated: boolean;
  /** Something was left open on purpose, such as `...`: documentation, not data. */
  readonly placeholder: boolean;
  /** Index behind the value. */
  readonly end: number;
}

/** One closing bracket may be forgotten; with more, values are probably missing too. */
const FORGIVEN_BRACKETS = 1;

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
    truncated: reader.cutInside || reader.missing > FORGIVEN_BRACKETS,
    placeholder: reader.placeholder,
    end: reader.at,
  };
}

function strict(text: string): Omit<LenientJson, "end"> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Read leniently instead.
  }
  if (isDeeperThan(value, LIMITS.depth)) throw new TooDeep(`nested deeper than ${LIMITS.depth}`);
  return { value, repaired: false, truncated: false, placeholder: false };
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}

function firstBracket(text: string, from: number): number {
  const brace = text.indexOf("{", from);
  const bracket = text.indexOf("[", from);
  if (brace < 0 || bracket < 0) return Math.max(brace, bracket);
  return Math.min(brace, bracket);
}
