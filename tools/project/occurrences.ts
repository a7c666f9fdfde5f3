/**
 * Where a sequence stands in another one, also where it overlaps itself. Linear in both lengths: what is searched and what is
 * searched for both come from a model.
 *
 * @param most so many places at most, the first ones.
 * @see Knuth, D. E., Morris, J. H. and Pratt, V. R. (1977), "Fast pattern matching in strings".
 */
export function occurrences(
  text: ArrayLike<number>,
  wanted: ArrayLike<number>,
  most: number,
): readonly number[] {
  const found: number[] = [];
  if (wanted.length === 0) return found;
  const borders = bordersOf(wanted);
  let matched = 0;
  for (let at = 0; at < text.length && found.length < most; at += 1) {
    while (matched > 0 && text[at] !== wanted[matched]) matched = borders[matched - 1] ?? 0;
    if (text[at] === wanted[matched]) matched += 1;
    if (matched < wanted.length) continue;
    found.push(at - wanted.length + 1);
    matched = borders[matched - 1] ?? 0;
  }
  return found;
}

/** {@link occurrences} of a text in a text, in UTF-16 units. */
export function textOccurrences(text: string, wanted: string, most: number): readonly number[] {
  return occurrences(unitsOf(text), unitsOf(wanted), most);
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
  return units;
}

/** For each beginning, how long its longest own beginning is that is its end as well. */
function bordersOf(wanted: ArrayLike<number>): Uint32Array {
  const borders = new Uint32Array(wanted.length);
  let length = 0;
  for (let at = 1; at < wanted.length; at += 1) {
    while (length > 0 && wanted[at] !== wanted[length]) length = borders[length - 1] ?? 0;
    if (wanted[at] === wanted[length]) length += 1;
    borders[at] = length;
  }
  return borders;
}
