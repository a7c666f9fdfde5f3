/**
 * Whether a pattern fits the whole of a text: `*` is any text, line breaks included, `?` one character.
 * Takes time in proportion to both lengths at worst, for a model chooses the text.
 */
export function globMatches(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  // Where the last star stands, and how much of the text it has swallowed so far.
  let [star, swallowed] = [-1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p;
      swallowed = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      swallowed += 1;
      t = swallowed;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(p));
}
