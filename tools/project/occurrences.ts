/**
 * Where a sequence stands in another one, also where it overlaps itself. Linear in both lengths: what is searched and what is
 * searched for both come from a model.
 *
 * @param most so many occurrences at most, the first ones.
 * @see Knuth, D. E., Morris, J. H. and Pratt, V. R. (1977), "Fast pattern matching in strings".
 */
export function occurrences(
  text: ArrayLike<number>,
  pattern: ArrayLike<number>,
  most: number,
): readonly number[] {
  const found: number[] = [];
  if (pattern.length === 0) return found;
  const borders = bordersOf(pattern);
  let matched = 0;
  for (let at = 0; at < text.length && found.length < most; at += 1) {
    while (matched > 0 && text[at] !== pattern[matched]) matched = borders[matched - 1] ?? 0;
    if (text[at] === pattern[matched]) matched += 1;
    if (matched < pattern.length) continue;
    found.push(at - pattern.length + 1);
    matched = borders[matched - 1] ?? 0;
  }
  return found;
}

/** {@link occurrences} of a text in a text, in UTF-16 units. */
export function textOccurrences(text: string, pattern: string, most: number): readonly number[] {
  return occurrences(unitsOf(text), unitsOf(pattern), most);
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
  return units;
}

/** For each beginning, how long its longest own beginning is that is its end as well. */
function bordersOf(pattern: ArrayLike<number>): Uint32Array {
  const borders = new Uint32Array(pattern.length);
  let length = 0;
  for (let at = 1; at < pattern.length; at += 1) {
    while (length > 0 && pattern[at] !== pattern[length]) length = borders[length - 1] ?? 0;
    if (pattern[at] === pattern[length]) length += 1;
    borders[at] = length;
  }
  return borders;
}
