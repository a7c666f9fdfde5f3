/** Names made of a time, for branches and tags: they sort by it. */

/** @param ms since the epoch. @returns `20261123T111500Z` */
export function timeName(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

/**
 * The name of a candidate. Two of one second differ by a number.
 *
 * @param isFree takes the name where that keeps others from it.
 * @returns without `cand/` before it: `20261123T111500Z-2`.
 */
export async function freeTimeName(
  ms: number,
  isFree: (name: string) => boolean | Promise<boolean>,
): Promise<string> {
  const time = timeName(ms);
  for (let count = 1; ; count += 1) {
    const name = `${time}${count === 1 ? "" : `-${count}`}`;
    if (await isFree(name)) return name;
  }
}
