/**
 * Which characters of a program are code. Known are the comments and texts of the usual languages; what is told wrongly of
 * an odd literal hides code, and code that is hidden counts as taken away.
 */

export const CODE = 0;
export const TEXT = 1;
export const COMMENT = 2;

/** One kind for each character of a text: {@link CODE}, {@link TEXT} or {@link COMMENT}. */
export function kindsOf(text: string, path: string): Uint8Array {
  const kinds = new Uint8Array(text.length);
  const language = languageOf(path);
  for (let at = 0; at < text.length; ) {
    const found = spanAt(text, at, language);
    if (found === undefined) at += 1;
    else {
      kinds.fill(found.kind, at, found.end);
      at = Math.max(found.end, at + 1);
    }
  }
  return kinds;
}

interface Span {
  readonly kind: typeof TEXT | typeof COMMENT;
  readonly end: number;
}

interface Language {
  readonly hasHash: boolean;
  readonly hasTriple: boolean;
  readonly hasBacktick: boolean;
  readonly hasRegex: boolean;
  /** A quote may begin a lifetime, or stand in a name. */
  readonly hasLooseQuote: boolean;
}

function languageOf(path: string): Language {
  const is = (pattern: RegExp): boolean => pattern.test(path);
  return {
    hasHash: is(/\.(?:py|pyi|rb|sh|bats|exs?|toml|ya?ml)$/i),
    hasTriple: is(/\.(?:py|pyi|java|kts?|scala|groovy|swift|exs?|dart)$/i),
    hasBacktick: is(/\.(?:[cm]?[jt]sx?|go)$/i),
    hasRegex: is(/\.[cm]?[jt]sx?$/i),
    hasLooseQuote: is(/\.rs$/i),
  };
}

function spanAt(text: string, at: number, language: Language): Span | undefined {
  const one = text[at] ?? "";
  if (one === "#") return language.hasHash ? lineComment(text, at) : undefined;
  if (one === "/") return slashAt(text, at, language);
  if (one === '"' || one === "'") return quoteAt(text, at, language);
  if (one === "`" && language.hasRegex) return { kind: TEXT, end: templateEnd(text, at + 1) };
  if (one === "`" && language.hasBacktick) {
    // Go's, in which a backslash is only a character.
    return { kind: TEXT, end: behind(text, at + 1, "`") };
  }
  return undefined;
}

function lineComment(text: string, at: number): Span {
  const end = text.indexOf("\n", at);
  return { kind: COMMENT, end: end < 0 ? text.length : end };
}

function slashAt(text: string, at: number, { hasHash, hasRegex }: Language): Span | undefined {
  if (!hasHash && text.startsWith("//", at)) return lineComment(text, at);
  if (!hasHash && text.startsWith("/*", at)) {
    const end = text.indexOf("*/", at + 2);
    return { kind: COMMENT, end: end < 0 ? text.length : end + 2 };
  }
  if (!hasRegex || !/(?:[(,=:[!&|?{};>]|\breturn|^)$/.test(wordBefore(text, at))) {
    return undefined;
  }
  const regex = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//.exec(
    text.slice(at, at + MAX_REGEX),
  );
  return regex === null ? undefined : { kind: TEXT, end: at + regex[0].length };
}

/** The last characters before an offset that are not blanks; empty at the start of the text. */
function wordBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && end > at - MAX_INDENT && /\s/.test(text[end - 1] ?? "")) end -= 1;
  return text.slice(Math.max(0, end - 8), end);
}

const MAX_REGEX = 300;
const MAX_INDENT = 200;

function quoteAt(text: string, at: number, language: Language): Span | undefined {
  const quote = text[at] ?? "";
  const mark = quote.repeat(3);
  if (language.hasTriple && text.startsWith(mark, at)) {
    const end = endOf(text, { from: at + 3, mark, isOneLine: false });
    // A text that stands alone says something of the code, as a comment does.
    const isAlone = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - MAX_INDENT), at));
    return { kind: isAlone ? COMMENT : TEXT, end };
  }
  if (language.hasLooseQuote && quote === "'") {
    const literal = /^'(?:\\[^\n']{1,10}|[^\\'\n])'/.exec(text.slice(at, at + 16));
    return literal === null ? undefined : { kind: TEXT, end: at + literal[0].length };
  }
  const [raw, hashes = ""] =
    (language.hasLooseQuote && /r(#*)$/.exec(text.slice(Math.max(0, at - 9), at))) || [];
  if (raw !== undefined) return { kind: TEXT, end: behind(text, at + 1, `"${hashes}`) };
  const isOneLine = !language.hasLooseQuote;
  return { kind: TEXT, end: endOf(text, { from: at + 1, mark: quote, isOneLine }) };
}

function behind(text: string, from: number, mark: string): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}

/** Of a template, whose parts may hold templates again. What they hold is taken for text. */
function templateEnd(text: string, from: number): number {
  // "`" stands for a template that is open, "{" for a bracket in one of its parts.
  const open = ["`"];
  for (let at = from; at < text.length; ) {
    at = open.at(-1) === "`" ? inTemplate(text, at, open) : inPart(text, at, open);
    if (open.length === 0) return at;
  }
  return text.length;
}

/** @returns where to go on. */
function inTemplate(text: string, at: number, open: string[]): number {
  const one = text[at];
  if (one === "`") open.pop();
  if (one === "\\") return at + 2;
  if (!text.startsWith("${", at)) return at + 1;
  open.push("{");
  return at + 2;
}

/** @returns where to go on. */
function inPart(text: string, at: number, open: string[]): number {
  const one = text[at] ?? "";
  if (one === '"' || one === "'") {
    return Math.max(at + 1, endOf(text, { from: at + 1, mark: one, isOneLine: true }));
  }
  if (one === "`" || one === "{") open.push(one);
  if (one === "}") open.pop();
  return at + 1;
}

interface Literal {
  readonly from: number;
  readonly mark: string;
  readonly isOneLine: boolean;
}

function endOf(text: string, { from, mark, isOneLine }: Literal): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text.startsWith(mark, at)) return at + mark.length;
    else if (isOneLine && text[at] === "\n") return at;
  }
  return text.length;
}
