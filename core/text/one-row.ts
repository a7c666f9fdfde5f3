/** A text in one row: each run of white space is one space, and there is none at either end. */
export function oneRow(text: string): string {
  // U+0085 ends a row on some terminals, and is not white space to JavaScript.
  return text.replace(/[\s\u0085]+/g, " ").trim();
}
