/** Which files of a repository a task is about, told by its words: BM25 over paths and over what the files define. */
import { stem } from "#language/stem.ts";
import { wordsOf } from "#language/text.ts";
import { isTest } from "./file-prior.ts";
import type { FileSymbols } from "./symbols.ts";
import type { TreeFile } from "./tree-files.ts";

// Fewer than a search for tools leaves out: "user" and "help" are names of files.
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a about all also an and any are as at be been but by can could did do does for from had has have here how i if in into
  is it its me must my no not of on one or our please shall should so some such than that the their them then there these
  they this those to us was we were what when where which while who why will with would you your`.split(
    /\s+/,
  ),
);
/** Words of a task that are looked for. */
const MOST_TERMS = 40;
/** Of a task, in characters. */
const LONGEST_TASK = 8000;

/** What a task is about. */
export interface TaskTerms {
  /** Stems of its words, each once. */
  readonly stems: readonly string[];
  /** What is written as one: `parseDate`, `src/date.ts`; in small letters. */
  readonly exact: ReadonlySet<string>;
  /** A text that does not match has none of the stems. */
  readonly mayMatch: RegExp;
  /** Likewise for one word in small letters. */
  readonly mayBe: RegExp;
}

/** Whether a name has a word of the task. */
export function isNamed(name: string, terms: TaskTerms): boolean {
  if (terms.exact.has(name.toLowerCase())) return true;
  return terms.mayMatch.test(name) && stemsIn(name, terms).length > 0;
}

/** Whether a task is about tests, so that they fit as well as other files. */
export function isAboutTests({ stems }: TaskTerms): boolean {
  return stems.some((one) => one === "test" || one === "spec");
}

/** A file with how well it fits. */
export interface RankedFile {
  readonly file: TreeFile;
  /** Absent for a file that was not read. */
  readonly defined: FileSymbols | undefined;
  readonly score: number;
}

/** Takes a task apart. */
export function taskTerms(task: string): TaskTerms {
  const text = task.slice(0, LONGEST_TASK);
  const words = wordsOf(text).filter((word) => word.length > 1 && !FUNCTION_WORDS.has(word));
  const stems = [...new Set(words.map(stem))].slice(0, MOST_TERMS);
  const exact = text.match(/[\p{L}\p{N}_$][\p{L}\p{N}_$./-]{1,200}/gu) ?? [];
  const isName = (word: string) => /[._$/-]\w|\p{Ll}\p{Lu}/u.test(word);
  const names = exact.map((word) => word.replace(/[./-]+$/, "")).filter(isName);
  // A stem may end in another letter than its word: "try" is the stem of "tries".
  const beginnings = stems.map((one) => RegExp.escape(one.replace(/(?<=..)[ly]$/, "")));
  return {
    stems,
    exact: new Set(names.slice(0, MOST_TERMS).map((name) => name.toLowerCase())),
    mayMatch: new RegExp([...beginnings, "[^\\0-\\x7f]"].join("|"), "i"),
    mayBe: new RegExp(stems.length === 0 ? "$^" : `^(?:${beginnings.join("|")})`, "u"),
  };
}

/** How much a word counts in the name of a file, and in those of its folders. */
const NAME_WEIGHT = 2;
const FOLDER_WEIGHT = 1;
/** In what a file defines. */
const SYMBOL_WEIGHT = 1.6;
/** Of a name that the task writes in full, before rarity. */
const EXACT_WEIGHT = 3;
/** BM25: how soon more of the same counts no more, and how much length takes away. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
/** Of a usual file, in words of its symbols. */
const USUAL_WORDS = 30;
/** What is left of the score of a file that programs made, and of a test where the task is about none. */
const MADE_SHARE = 0.3;
const TEST_SHARE = 0.8;

/** How well paths fit, whatever the files hold. */
export class PathRank {
  readonly #terms: TaskTerms;
  readonly #total: number;
  readonly #isAboutTests: boolean;
  /** Stems in paths, by file. */
  readonly #found = new Map<TreeFile, ReadonlyMap<string, number>>();
  readonly #weights = new Map<string, ReadonlyMap<string, number>>();
  #folder: { readonly path: string; readonly stems: readonly string[] } | undefined;
  /** In how many files a stem was found. */
  readonly #filesWith = new Map<string, number>();

  constructor(files: Iterable<TreeFile>, terms: TaskTerms) {
    this.#terms = terms;
    this.#isAboutTests = isAboutTests(terms);
    let total = 0;
    for (const file of files) {
      total += 1;
      // Most paths have none of the words: this is what keeps 20,000 of them cheap.
      if (!terms.mayMatch.test(file.path)) continue;
      const found = this.#weightsOf(file.path);
      if (found.size === 0) continue;
      this.#found.set(file, found);
      this.#count(found.keys());
    }
    this.#total = total;
  }

  /** The best by their paths. */
  best(files: Iterable<TreeFile>, most: number): readonly TreeFile[] {
    const [fitting, others] = [new Best(most), new Best(most)];
    for (const file of files) {
      const fits = this.#found.has(file) || this.#terms.exact.size > 0;
      const score = fits ? this.#score(file, undefined) : file.prior;
      if (score > file.prior) fitting.add(file, score);
      else if (score > 0) others.add(file, score);
    }
    const found = fitting.files();
    return found.length < most ? [...found, ...others.files()].slice(0, most) : found;
  }

  /** Files of one folder, and those with the same words, share what was found. */
  #weightsOf(path: string): ReadonlyMap<string, number> {
    const slash = Math.max(path.lastIndexOf("/"), 0);
    const folder = path.slice(0, slash);
    if (this.#folder?.path !== folder) {
      this.#folder = { path: folder, stems: stemsIn(folder, this.#terms) };
    }
    const { stems } = this.#folder;
    const name = path.slice(slash === 0 ? 0 : slash + 1);
    const own = this.#terms.mayMatch.test(name) ? stemsIn(name, this.#terms) : [];
    const key = `${stems.join(" ")}/${own.join(" ")}`;
    const weights = this.#weights.get(key) ?? pathWeights(stems, own);
    this.#weights.set(key, weights);
    return weights;
  }

  /** The order of files of which it is known what they define; what does not fit at all is left out. */
  rank(known: ReadonlyMap<TreeFile, FileSymbols | undefined>): readonly RankedFile[] {
    const symbols = new Map<TreeFile, ReadonlyMap<string, number>>();
    for (const [file, defined] of known) {
      const weights = symbolWeights(defined, this.#terms);
      symbols.set(file, weights);
      const inPath = this.#found.get(file);
      this.#count([...weights.keys()].filter((one) => inPath?.has(one) !== true));
    }
    return [...known]
      .map(([file, defined]) => ({
        file,
        defined,
        score: this.#score(file, { weights: symbols.get(file), defined }),
      }))
      .filter(({ score }) => score > 0)
      .sort(byScore);
  }

  #count(stems: Iterable<string>): void {
    for (const one of stems) this.#filesWith.set(one, (this.#filesWith.get(one) ?? 0) + 1);
  }

  #score(
    file: TreeFile,
    inside:
      | {
          readonly weights: ReadonlyMap<string, number> | undefined;
          readonly defined: FileSymbols | undefined;
        }
      | undefined,
  ): number {
    let score = this.#exact(file.path, inside?.defined);
    for (const weights of [this.#found.get(file), inside?.weights]) {
      for (const [one, weight] of weights ?? []) score += weight * this.#rarity(one);
    }
    if (score > 0 && file.prior < 0) score *= MADE_SHARE;
    if (!this.#isAboutTests && score > 0 && isTest(file.path)) score *= TEST_SHARE;
    return score + file.prior;
  }

  #exact(path: string, defined: FileSymbols | undefined): number {
    const { exact } = this.#terms;
    if (exact.size === 0) return 0;
    const small = path.toLowerCase();
    const name = small.slice(small.lastIndexOf("/") + 1);
    const isNamed = exact.has(small) || exact.has(name) || exact.has(name.replace(/\.\w+$/, ""));
    const isDefined =
      defined !== undefined &&
      [...defined.top, ...defined.inner].some((symbol) => exact.has(symbol.toLowerCase()));
    const whole = Number(exact.has(small)) + Number(isNamed) + Number(isDefined);
    return whole * EXACT_WEIGHT * Math.log(1 + this.#total);
  }

  #rarity(one: string): number {
    const files = Math.min(this.#filesWith.get(one) ?? 0, this.#total);
    return Math.log(1 + (this.#total - files + 0.5) / (files + 0.5));
  }
}

function byScore(one: RankedFile, other: RankedFile): number {
  return other.score - one.score || (one.file.path < other.file.path ? -1 : 1);
}

/** The best of many, without an object for each of the others. */
class Best {
  readonly #most: number;
  #kept: RankedFile[] = [];
  /** What is worse than this is not among them. */
  #least = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  add(file: TreeFile, score: number): void {
    if (score < this.#least) return;
    this.#kept.push({ file, defined: undefined, score });
    if (this.#kept.length >= 2 * this.#most) this.#cut();
  }

  files(): readonly TreeFile[] {
    this.#cut();
    return this.#kept.map(({ file }) => file);
  }

  #cut(): void {
    this.#kept = this.#kept.sort(byScore).slice(0, this.#most);
    if (this.#kept.length === this.#most) this.#least = this.#kept.at(-1)?.score ?? this.#least;
  }
}

/** @param folder stems in the folders of a file; `name` those in its name. */
function pathWeights(
  folder: readonly string[],
  name: readonly string[],
): ReadonlyMap<string, number> {
  const weights = new Map(folder.map((one) => [one, FOLDER_WEIGHT]));
  for (const one of new Set(name)) weights.set(one, NAME_WEIGHT + (weights.get(one) ?? 0));
  return weights;
}

/** The stems of the task that are in a text, as often as they are. */
function stemsIn(text: string, { stems, mayBe }: TaskTerms): readonly string[] {
  // To find the stem of a word takes longer than all else: most words cannot have one of these.
  const words = wordsOf(text).filter((word) => mayBe.test(word));
  return words.map(stem).filter((one) => stems.includes(one));
}

function symbolWeights(
  defined: FileSymbols | undefined,
  terms: TaskTerms,
): ReadonlyMap<string, number> {
  if (defined === undefined) return new Map();
  const names = [...defined.top, ...defined.inner];
  const counts = new Map<string, number>();
  for (const name of names.filter((one) => terms.mayMatch.test(one))) {
    for (const one of new Set(stemsIn(name, terms))) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  const length = 1 - LENGTH_SHARE + LENGTH_SHARE * ((names.length * 2) / USUAL_WORDS);
  const weightOf = (count: number) => (SYMBOL_WEIGHT * count) / (count + SATURATION * length);
  return new Map([...counts].map(([one, count]) => [one, weightOf(count)]));
}
