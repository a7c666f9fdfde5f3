/** Values as people write them in a sentence: JSON, and what Python calls by other names. Pure. */

/** A value, and the index behind it. */
export interface Literal<Value> {
  readonly value: Value;
  readonly end: number;
}

const NUMBER = /-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w]|\.\d)/y;
const WORD = /(?:true|True|false|False|null|None)(?!\w)/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|“[^”\n]*”|‘[^’\n]*’/y;
const BLANK = /\s*/y;

const KEYWORDS: Readonly<Record<string, boolean | null>> = {
  ...{ true: true, True: true, false: false, False: false, null: null, None: null },
};

/** Deeper values are not examples. */
const DEEPEST = 6;

/** The value that begins at an index. */
export function readLiteral(text: string, at: number, depth = 0): Literal<unknown> | undefined {
  if (depth > DEEPEST) return undefined;
  const opening = text[at];
  if (opening === "[") return readItems(text, { at: at + 1, close: "]", depth });
  if (opening === "{") return readEntries(text, at + 1, depth);
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) return { value: Number(number), end: at + number.length };
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return { value: KEYWORDS[word], end: at + word.length };
  const quoted = matchAt(QUOTED, text, at);
  return quoted === undefined ? undefined : { value: unquoted(quoted), end: at + quoted.length };
}

/** Values between parentheses, the first of which is open already. */
export function readArguments(text: string, at: number): Literal<readonly unknown[]> | undefined {
  return readItems(text, { at, close: ")", depth: 0 });
}

interface ListPosition {
  readonly at: number;
  readonly close: string;
  readonly depth: number;
}

function readItems(text: string, position: ListPosition): Literal<readonly unknown[]> | undefined {
  const value: unknown[] = [];
  let at = behindBlanks(text, position.at);
  while (text[at] !== position.close) {
    const item = readLiteral(text, at, position.depth + 1);
    if (item === undefined) return undefined;
    value.push(item.value);
    const next = behindBlanks(text, item.end);
    if (text[next] !== "," && text[next] !== position.close) return undefined;
    at = text[next] === "," ? behindBlanks(text, next + 1) : next;
  }
  return { value, end: at + 1 };
}

function readEntries(text: string, start: number, depth: number): Literal<unknown> | undefined {
  const entries: [string, unknown][] = [];
  let at = behindBlanks(text, start);
  while (text[at] !== "}") {
    const key = matchAt(QUOTED, text, at);
    const colon = behindBlanks(text, at + (key?.length ?? 0));
    if (key === undefined || text[colon] !== ":") return undefined;
    const item = readLiteral(text, behindBlanks(text, colon + 1), depth + 1);
    if (item === undefined) return undefined;
    entries.push([unquoted(key), item.value]);
    const next = behindBlanks(text, item.end);
    if (text[next] !== "," && text[next] !== "}") return undefined;
    at = text[next] === "," ? behindBlanks(text, next + 1) : next;
  }
  // fromEntries defines properties instead of assigning them: a "__proto__" key stays data.
  return { value: Object.fromEntries(entries), end: at + 1 };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function unquoted(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_whole, code?: string, escaped = "") =>
      code === undefined
        ? (ESCAPES[escaped] ?? escaped)
        : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

function behindBlanks(text: string, at: number): number {
  return at + (matchAt(BLANK, text, at)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
