/**
 * Texts that end at their first quotation mark. A small model that writes JSON forgets that a quotation mark of the code
 * ends the text: of `test("adds", …)` what comes is `test(`. Taken to the letter, that is the whole new file.
 */

/** What a quotation mark stands behind, at the end of a line that was not ended. */
const BEFORE_A_QUOTE = /(?:[([=+][ \t]?|[,:?][ \t]|\b(?:return|import|from|case)[ \t])$/;

/** @returns the end of what there is, at most 30 characters; undefined where nothing says that it was cut. */
export function cutAtQuote(text: string): string | undefined {
  if (text.includes('"') || !BEFORE_A_QUOTE.test(text.slice(-20))) return undefined;
  return text.slice(text.lastIndexOf("\n") + 1).slice(-30);
}

/** One sentence that tells a model what to do. @param name of the argument. */
export function cutSentence(name: string, end: string): string {
  return `${name} ends in the middle, behind ${end.trim()} – a quotation mark in a JSON text is written \\", or as ' where the language has it. Nothing changed.`;
}
