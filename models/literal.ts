/** Values as people write them in a line: in the manner of JSON, of JavaScript or of Python. */

export type Literal = string | number | boolean | null | readonly Literal[];

/** A value, and where it ends in the text. */
interface Found<T> {
  readonly value: T;
  readonly end: number;
}

const NUMBER = /^-?(?:\d[\d_]{0,30})(?:\.\d{1,30})?(?:e[-+]?\d{1,3})?(?![\w.]\w|\w)/i;
const WORD = /^(?:true|false|null|True|False|None)\b/;
const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  ...{ true: true, True: true, false: false, False: false, null: null },
  None: null,
};
const BLANKS = /^\s{0,8}/;
const MOST_VALUES = 50;
const DEEPEST = 4;

/** @param depth so many lists it lies in. @returns `undefined` where no value begins. */
export function literalAt(text: string, at: number, depth = 0): Found<Literal> | undefined {
  const rest = text.slice(at);
  const first = rest[0] ?? "";
  if (first === '"' || first === "'") return textAt(text, at, first);
  if (first === "[") return depth < DEEPEST ? listAt(text, at, depth + 1) : undefined;
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined)
    return { value: Number(number.replaceAll("_", "")), end: at + number.length };
  const word = WORD.exec(rest)?.[0];
  return word === undefined ? undefined : { value: CONSTANTS[word] ?? null, end: at + word.length };
}

/** Values with commas between them, in brackets of either kind. @param at of the opening one; `depth` so many lists it is. */
export function listAt(text: string, at: number, depth = 0): Found<readonly Literal[]> | undefined {
  const closing = text[at] === "(" ? ")" : "]";
  const value: Literal[] = [];
  let end = skip(text, at + 1);
  if (text[end] === closing) return { value, end: end + 1 };
  while (value.length < MOST_VALUES) {
    const one = literalAt(text, end, depth);
    if (one === undefined) return undefined;
    value.push(one.value);
    end = skip(text, one.end);
    if (text[end] === closing) return { value, end: end + 1 };
    if (text[end] !== ",") return undefined;
    end = skip(text, end + 1);
  }
  return undefined;
}

function skip(text: string, at: number): number {
  return at + (BLANKS.exec(text.slice(at, at + 8))?.[0].length ?? 0);
}

const LONGEST_TEXT = 1000;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function textAt(text: string, at: number, quote: string): Found<string> | undefined {
  let value = "";
  for (let end = at + 1; end < text.length && end - at < LONGEST_TEXT; end += 1) {
    const one = text[end] ?? "";
    if (one === quote) return { value, end: end + 1 };
    if (one !== "\\") value += one;
    else {
      end += 1;
      const escaped = text[end] ?? "";
      // What is not known may mean anything, such as digits of a character.
      if (/[a-zA-Z1-9]/.test(escaped) && ESCAPES[escaped] === undefined) return undefined;
      value += ESCAPES[escaped] ?? escaped;
    }
  }
  return undefined;
}
