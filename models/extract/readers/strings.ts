/** Reading of quoted strings as models write them. */

/** Which characters end a string, by the one that began it. */
export const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”“"],
  ["”", "”“"],
  ["‘", "’‘"],
  ["’", "’‘"],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  '"': '"',
  "'": "'",
  "`": "`",
  "\\": "\\",
  "/": "/",
};

const UNICODE = /u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}/y;
const PYTHON = /x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|\n()/y;

export interface Escape {
  readonly value: string;
  /** Length behind the backslash. */
  readonly length: number;
}

/** Reads an escape behind its backslash. An escape that JSON does not know stays as it was written. */
export function readEscape(text: string, at: number, python: boolean): Escape {
  const char = text.charAt(at);
  if (Object.hasOwn(ESCAPES, char)) return { value: ESCAPES[char] ?? char, length: 1 };
  UNICODE.lastIndex = at;
  const unicode = UNICODE.exec(text);
  if (unicode !== null) return fromHex(unicode);
  PYTHON.lastIndex = at;
  const extra = python ? PYTHON.exec(text) : null;
  if (extra !== null) return extra[3] === undefined ? fromHex(extra) : { value: "", length: 1 };
  return { value: `\\${char}`, length: 1 };
}

function fromHex(match: RegExpExecArray): Escape {
  const code = Number.parseInt(match[1] ?? match[2] ?? "", 16);
  const value = code > 0x10ffff ? match[0] : String.fromCodePoint(code);
  return { value, length: match[0].length };
}

const KEY_AHEAD =
  /[\w$-]{1,80}\s{0,8}[:=]|["'“‘`]|[\d{[}\])#-]|\/[/*]|$|(?:true|false|null|None|True|False)\b/y;
const QUOTED_KEY_AHEAD = /(["'“‘])[^"'“”‘’\\\n]{0,80}["'”’]\s{0,8}[:=]/y;

/** Where a string stands: what may follow depends on it. */
export type StringPosition = "key" | "value";

/**
 * Whether a quotation mark inside a string is the end of it, decided by what follows: small models
 * forget to escape inner quotation marks.
 *
 * @param behind index of the first character behind the mark that is not white space.
 */
export function endsString(text: string, behind: number, position: StringPosition): boolean {
  const char = text.charAt(behind);
  if (char === "" || char === "}" || char === "]") return true;
  if (position === "key" && (char === ":" || char === "=")) return true;
  if (char === "," || char === ";") return continuesBehindComma(text, behind + 1);
  if (char === "/") return text.charAt(behind + 1) === "/" || text.charAt(behind + 1) === "*";
  if (position === "key") return false;
  QUOTED_KEY_AHEAD.lastIndex = behind;
  return QUOTED_KEY_AHEAD.test(text);
}

function continuesBehindComma(text: string, from: number): boolean {
  KEY_AHEAD.lastIndex = skipBlanks(text, from);
  return KEY_AHEAD.test(text);
}

const BLANKS = /[\s\u00a0\ufeff]*/y;

/** Index of the first character at or after `from` that is not white space. */
export function skipBlanks(text: string, from: number): number {
  BLANKS.lastIndex = from;
  return from + (BLANKS.exec(text)?.[0].length ?? 0);
}
