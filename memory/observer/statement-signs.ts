/**
 * How much of a sentence's build speaks for something that lasts: its frequent words, endings and marks, weighed by a table
 * that is fitted to dialogues (`bun run bench observer-signs`). A word of fewer than four of their sentences counts as one
 * of its kind; only words of eight files or more (45 in place of 297) kept 92 forbidden items in 527 dialogues, not 71.
 */
import table from "./statement-signs.json" with { type: "json" };

const WEIGHTS: ReadonlyMap<string, number> = new Map(Object.entries(table.weights));
const VOCABULARY: ReadonlySet<string> = new Set(table.words);
/** Of sentences kept apart, 10 in 527 dialogues above it were remarks (docs/decisions/0054). */
const LEAST = 1.5;
/** Below it, with a sign of a remark, 3 of 328 lasting sentences lay, and 38 of 151 others. */
const MOST = -1;

const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}'/._@+#-]*|[,;:!…]/gu;
/** Words in one step of the length. */
const STEP = 4;
const LONGEST = 4;

/** Words of a sentence as they are compared: those of the `vocabulary` themselves, of others what kind they are. */
function kindsOf(sentence: string, vocabulary: ReadonlySet<string>): readonly string[] {
  const words = sentence.normalize("NFKC").replace(/[’‘]/g, "'").replace(/\.$/, "").match(TOKEN);
  return (words ?? []).map((word, at) => kindOf(word, at > 0, vocabulary));
}

function kindOf(word: string, isInside: boolean, vocabulary: ReadonlySet<string>): string {
  const small = word.toLowerCase().replace(/\.+$/, "");
  if (/^[,;:!…]/.test(word) || vocabulary.has(small)) return small;
  if (/\d/.test(word)) return "#number";
  if (/\p{L}[/._@]\p{L}/u.test(word)) return "#path";
  if (isInside && /^\p{Lu}/u.test(word)) return "#name";
  const [ending = "word"] = /(?:ed|ing|ly|er|(?<=[^s])s)$/.exec(small) ?? [];
  return `#${ending}`;
}

/** The signs of a sentence, each once: words, pairs of neighbours, the first three by position, and the length. */
export function signsOf(sentence: string, vocabulary: ReadonlySet<string>): readonly string[] {
  const kinds = kindsOf(sentence, vocabulary);
  const signs = new Set(["any", `long ${Math.min(LONGEST, Math.floor(kinds.length / STEP))}`]);
  for (const [at, kind] of [...kinds, "$"].entries()) {
    if (kind !== "$") signs.add(kind);
    if (at < 3 && kind !== "$") signs.add(`${at}:${kind}`);
    signs.add(`${kinds[at - 1] ?? "^"} ${kind}`);
  }
  return [...signs];
}

/** Whether the build of an English sentence is one of what lasts. */
export const isBuiltToLast = (sentence: string): boolean => weightOf(sentence) >= LEAST;

/** Whether it is one of what is over soon. */
export const isBuiltToPass = (sentence: string): boolean => weightOf(sentence) < MOST;

function weightOf(sentence: string): number {
  const signs = signsOf(sentence, VOCABULARY);
  return signs.reduce((sum, sign) => sum + (WEIGHTS.get(sign) ?? 0), 0);
}
