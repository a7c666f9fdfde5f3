/** A bidirectional control that the sanitiser has made visible, such as ⟨U+202E⟩. */
const MARK = /⟨U\+[0-9A-F]{4}⟩/g;

export interface Unmarked {
  readonly plain: string;
  /** Where a character of `plain` stands in the marked text. Ask in ascending order. */
  readonly indexOf: (plainIndex: number) => number;
}

/**
 * A text without its marks: what stands on both sides of one is still one word, and may be a secret.
 *
 * @param limit a longer text keeps its marks.
 */
export function unmarked(text: string, limit: number): Unmarked {
  if (!text.includes("⟨U+") || text.length > limit) return { plain: text, indexOf: (at) => at };
  const pieces: { readonly plainStart: number; readonly shift: number }[] = [];
  let plain = "";
  let at = 0;
  for (const { 0: mark, index } of text.matchAll(MARK)) {
    plain += text.slice(at, index);
    at = index + mark.length;
    pieces.push({ plainStart: plain.length, shift: at - plain.length });
  }
  plain += text.slice(at);
  let next = 0;
  let shift = 0;
  const indexOf = (index: number): number => {
    for (let piece = pieces[next]; piece !== undefined && piece.plainStart <= index; ) {
      shift = piece.shift;
      next += 1;
      piece = pieces[next];
    }
    return index + shift;
  };
  return { plain, indexOf };
}
