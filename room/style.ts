/** What a piece of text is to the reader; how that looks is the style's business. */
export type Tone = "name" | "quiet" | "good" | "bad" | "warning" | "strong" | "emphasis" | "code";

/** Dresses whole lines or parts of one. Text keeps its words in every style. */
export type Style = (tone: Tone, text: string) => string;

/** For pipes, screen readers and `NO_COLOR`. */
export const PLAIN: Style = (_tone, text) => text;

/** Select Graphic Rendition; the sixteen colours that every theme defines (ECMA-48, 8.3.117). */
const CODES: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  name: [1, 22],
  quiet: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  warning: [33, 39],
  strong: [1, 22],
  emphasis: [3, 23],
  code: [36, 39],
};

/** For terminals. Every line is closed by itself, so that cutting between lines never leaks a colour. */
export const ANSI: Style = (tone, text) => {
  const [on, off] = CODES[tone];
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `\u001b[${on}m${line}\u001b[${off}m`))
    .join("\n");
};
