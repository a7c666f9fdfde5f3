/**
 * A light English stemmer: forms of one word meet, and now and then two words do. It is Porter's idea
 * (1980) with only the endings that names and descriptions of tools have.
 */

/** The word without plural, -ed and -ing; lower case is expected. */
export function withoutInflection(word: string): string {
  return withoutParticiple(withoutPlural(word));
}

/** What all forms of a word have in common; no word by itself. Lower case is expected. */
export function stem(word: string): string {
  // What holds a digit is a name, such as sha256.
  if (/[^a-z]/.test(word)) return word;
  let base = withoutInflection(word);
  for (const [ending, replacement, least] of ENDINGS) {
    if (!base.endsWith(ending) || base.length - ending.length < least) continue;
    base = undoubled(base.slice(0, -ending.length) + replacement);
    break;
  }
  return base.length > 3 ? base.replace(/[ey]$/, "") : base;
}

/** The first that fits: ending, what replaces it, and how many letters must remain before it. */
const ENDINGS: readonly (readonly [string, string, number])[] = [
  ["ization", "", 4],
  ["isation", "", 4],
  ["izer", "", 4],
  ["ize", "", 4],
  ["iz", "", 4],
  ["ise", "", 5],
  ["ically", "ic", 3],
  ["ation", "at", 3],
  ["ator", "at", 3],
  ["ition", "it", 3],
  ["ility", "l", 3],
  ["ity", "", 5],
  ["ion", "", 4],
  ["ness", "", 4],
  ["ment", "", 5],
  ["able", "", 4],
  ["ible", "", 4],
  ["ence", "", 5],
  ["ency", "", 5],
  ["ent", "", 5],
  ["ly", "", 4],
  ["er", "", 4],
  ["or", "", 4],
];

/** The word without the ending of its plural, or of its third person. Lower case is expected. */
function withoutPlural(word: string): string {
  if (word.length < 3 || !word.endsWith("s") || /(?:ss|us|is)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  // boxes, hashes, matches: the e belongs to the ending.
  return /(?:x|ch|sh|ss|zz)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

function withoutParticiple(word: string): string {
  if (word.length > 4 && word.endsWith("ied")) return `${word.slice(0, -3)}y`;
  const ending = word.endsWith("ing") ? 3 : word.endsWith("ed") ? 2 : 0;
  const base = word.slice(0, word.length - ending);
  // thing, red, need: nothing that could be a word remains, or it never was an ending.
  if (ending === 0 || base.length < 3 || !/[aeiouy]/.test(base) || word.endsWith("eed"))
    return word;
  return undoubled(base);
}

/** "stopp" to "stop"; "fill", "pass" and "buzz" have their two letters anyway. */
function undoubled(word: string): string {
  return word.length > 3 && /([bcdfgkmnprt])\1$/.test(word) ? word.slice(0, -1) : word;
}
