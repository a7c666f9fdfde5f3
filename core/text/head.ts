/** The first characters of a text, at most so many, and not half of one that takes two. */
export function headOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const isSplit = most > 0 && isFirstHalf(text.charCodeAt(most - 1));
  return text.slice(0, Math.max(0, isSplit ? most - 1 : most));
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
