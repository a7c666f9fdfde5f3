/**
 * The names closest to a mistyped one, best first, for an error message; never for guessing what to run.
 *
 * Distance is Levenshtein's over lower-cased text; names further away than half their length are left out.
 */
export function nearestNames(wanted: string, names: readonly string[], most = 3): string[] {
  // A pasted novel is not a typing error; comparing it would only cost time.
  const target = wanted.toLowerCase().slice(0, 64);
  if (target === "") return [];
  return [...new Set(names)]
    .map((name) => ({ name, distance: distance(target, name.toLowerCase()) }))
    .filter(({ name, distance: far }) => far <= Math.max(2, Math.ceil(name.length / 2)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
