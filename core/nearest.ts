/** Of what was typed so many characters count: a pasted novel is not a typing error, and comparing it would only cost time. */
const MOST_COMPARED = 64;
/** With fewer characters a name cannot be recognised by its beginning. */
const SHORTEST_BEGINNING = 2;

/**
 * The names that a mistyped one can mean, best first, for an error message; never for guessing what to run.
 *
 * Those that it is the beginning of, and those that differ by at most a third of the longer one's characters, upper and
 * lower case alike. One character inserted, omitted or replaced, or two neighbours swapped, is one difference.
 */
export function nearestNames(input: string, names: readonly string[], most = 3): string[] {
  const typed = input.toLowerCase().slice(0, MOST_COMPARED);
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(typed, name.toLowerCase()) }))
    .filter(({ name, far }) => isNear(typed, name.toLowerCase(), far))
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name);
}

function isNear(typed: string, name: string, far: number): boolean {
  if (typed.length >= SHORTEST_BEGINNING && name.startsWith(typed)) return true;
  const longer = Math.max(typed.length, name.length);
  // Of two names without a common character each differs from the other as a whole.
  return far < longer && far <= Math.max(1, Math.floor(longer / 3));
}

/** Damerau's and Levenshtein's, where no character is swapped twice. */
function distance(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
