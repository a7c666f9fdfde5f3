/** The titles of tests, as they stand in a source of either language. */

const TYPESCRIPT = /\b(?:test|it)\b[^"'`\n;]*\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
const PYTHON = /^[ \t]*(?:async[ \t]+)?def[ \t]+(test_?\w*)/gm;

/** In the order of the source; a title that is made of parts counts as it is written. */
export function titlesOf(source: string): readonly string[] {
  const written = [...source.matchAll(TYPESCRIPT)].map(([, , title = ""]) => title);
  const defined = [...source.matchAll(PYTHON)].map(([, name = ""]) => name);
  return [...new Set([...written, ...defined])];
}
