/** Only a number of so many digits can be too large for a double. */
const LONG_NUMBER = /\d{16}/;

/**
 * `JSON.parse` that keeps every digit: an integer that a double cannot hold becomes the text of its digits.
 *
 * @throws {SyntaxError}
 */
export function parseExactJson(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? exactNumber(value, context?.source ?? "") : value;
}

/** The number, or its digits where it is an integer that would lose some. */
export function exactNumber(value: number, digits: string): number | string {
  if (Number.isSafeInteger(value) || !/^-?\d{1,300}$/.test(digits)) return value;
  return BigInt(value).toString() === digits ? value : digits;
}

/** The same for text that may be anything. @returns `undefined` when it is not JSON. */
export function exactJsonOrUndefined(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined; // The caller reads it in another way.
  }
}
