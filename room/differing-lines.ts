/** How two files differ, found by code: small models compare the number of their lines. */

/** So many lines of each file. */
const MOST_LINES = 8;
const LONGEST_LINE = 160;

/**
 * @param paths of two files.
 * @param texts what they hold.
 * @returns a line for each that stands in one of them alone; none where they have too little in common to be compared.
 */
export function differingLines(
  paths: readonly string[],
  texts: readonly string[],
): readonly string[] {
  const [one = [], other = []] = texts.map((text) =>
    text.split(/\r?\n/).map((line) => line.trim()),
  );
  const only = [one, other].map((lines, index) => {
    const others = new Set(index === 0 ? other : one);
    return lines.filter((line) => line !== "" && !others.has(line));
  });
  const most = Math.max(...only.map(({ length }) => length));
  const full = one.filter((line) => line !== "").length;
  if (most === 0 || most > MOST_LINES || most >= full) return [];
  return paths.flatMap((path, index) => [
    `(lines that stand in ${path} alone)`,
    ...(only[index] ?? []).map((line) => line.slice(0, LONGEST_LINE).toWellFormed()),
  ]);
}
