/** Where the pieces of an expression end, without parsing it: only literals can hide a brace or a dollar. */

/**
 * @param at index of the first character behind `${`.
 * @returns the index of the brace that closes it.
 */
export function closingBrace(text: string, at: number): number | undefined {
  let depth = 0;
  for (let here = at; here < text.length; here = nextAfter(text, here)) {
    if (text[here] === "{") depth += 1;
    if (text[here] === "}") {
      if (depth === 0) return here;
      depth -= 1;
    }
  }
  return undefined;
}

/** Blanks the dollars of `$step.output`, the short form of a reference; every position stays as it was. */
export function withoutDollars(text: string): string {
  let plain = "";
  for (let here = 0; here < text.length; ) {
    const next = nextAfter(text, here);
    const isReference = text[here] === "$" && /[A-Za-z_]/.test(text[here + 1] ?? "");
    plain += isReference ? " " : text.slice(here, next);
    here = next;
  }
  return plain;
}

/** The index behind a character, or behind the whole literal that begins there. */
function nextAfter(text: string, at: number): number {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return at + 1;
  const triple = quote.repeat(3);
  const end = text.startsWith(triple, at) ? triple : quote;
  for (let here = at + end.length; here < text.length; here += 1) {
    // Also in r"…", where the parser skips what stands behind a backslash as well.
    if (text[here] === "\\") here += 1;
    else if (text.startsWith(end, here)) return here + end.length;
  }
  return text.length;
}
