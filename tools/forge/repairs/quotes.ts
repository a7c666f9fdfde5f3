/** Typographic quotes that stand where code should. */

/** Strings and comments of a language, at the start of a text. */
export interface Lexicon {
  readonly quotes: readonly string[];
  readonly comments: readonly (readonly [open: string, close: string])[];
}

export const TYPESCRIPT: Lexicon = {
  quotes: ['"', "'", "`"],
  comments: [
    ["//", "\n"],
    ["/*", "*/"],
  ],
};

export const PYTHON: Lexicon = {
  quotes: ['"""', "'''", '"', "'"],
  comments: [["#", "\n"]],
};

const SMART = /[\u201c\u201d\u2018\u2019]/;

/** Makes typographic quotes plain, but for those within strings and comments. */
export function withPlainQuotes(code: string, lexicon: Lexicon): string {
  if (!SMART.test(code)) return code;
  let mended = "";
  for (let at = 0; at < code.length; ) {
    const skipped = skippedAt(code, at, lexicon);
    mended += skipped ?? plain(code[at] ?? "");
    at += skipped?.length ?? 1;
  }
  return mended;
}

function plain(character: string): string {
  if (!SMART.test(character)) return character;
  return "\u2018\u2019".includes(character) ? "'" : '"';
}

/** The string or comment that begins here. */
function skippedAt(code: string, at: number, { quotes, comments }: Lexicon): string | undefined {
  const comment = comments.find(([open]) => code.startsWith(open, at));
  if (comment !== undefined) {
    const end = code.indexOf(comment[1], at + comment[0].length);
    return code.slice(at, end === -1 ? undefined : end + comment[1].length);
  }
  const quote = quotes.find((one) => code.startsWith(one, at));
  if (quote === undefined) return undefined;
  for (let end = at + quote.length; end < code.length; end += 1) {
    if (code[end] === "\\") end += 1;
    else if (code.startsWith(quote, end)) return code.slice(at, end + quote.length);
  }
  return code.slice(at);
}
