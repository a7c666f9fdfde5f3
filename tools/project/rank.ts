/** Which files of a repository a task is about, ranked by its words: BM25 over paths, over what the files define and over what
 * they hold. */
import type { FoundInside } from "./contents.ts";
import { isTest } from "./file-prior.ts";
import { NameStems, type StemSet } from "./name-stems.ts";
import type { TreeFile, TreeFiles } from "./packed-files.ts";
import type { FileSymbols } from "./symbols.ts";
import { isAboutTests, type TaskTerms } from "./task-terms.ts";

/** A file with how well it fits. */
export interface RankedFile {
  readonly file: TreeFile;
  /** Absent for a file that was not read. */
  readonly defined: FileSymbols | undefined;
  readonly score: number;
}

/** How much a word counts in the name of a file, and in those of its folders. */
const NAME_WEIGHT = 2;
const FOLDER_WEIGHT = 1;
/** In what a file defines. */
const SYMBOL_WEIGHT = 1.6;
/** In what it holds. */
const CONTENT_WEIGHT = 0.8;
/** Of a quotation that stands in it to the letter. */
const QUOTED_WEIGHT = 3;
/** Of a name that the task writes in full, before rarity. */
const EXACT_WEIGHT = 3;
/** BM25: how soon more of the same counts no more, and how much length takes away. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
/** Of a usual file, in words of its symbols, and of the task's in what it holds. */
const USUAL_WORDS = 30;
const USUAL_HITS = 12;
/** What is left of the score of a file that programs made, and of a test where the task is about none. */
const MADE_SHARE = 0.3;
const TEST_SHARE = 0.8;

/** How well paths fit, whatever the files hold. */
export class PathRank {
  readonly #terms: TaskTerms;
  readonly #files: TreeFiles;
  readonly #isAboutTests: boolean;
  /** What was found in each path, an index of {@link PathRank.#weights}; most have nothing. */
  readonly #found: Uint32Array;
  readonly #weights: PathWeights[] = [{ byStem: NONE, files: 0 }];
  readonly #stems: NameStems;
  /** By the stems of a folder, slots by those of names in such a folder. */
  readonly #slots = new Map<StemSet, Map<StemSet, number>>([[0, new Map([[0, 0]])]]);
  /** What fits in what files hold, of those that were looked into. */
  #inside: ReadonlyMap<TreeFile, number> = new Map();
  /** In how many files a stem was found. */
  readonly #filesWith = new Map<string, number>();

  constructor(files: TreeFiles, terms: TaskTerms) {
    this.#terms = terms;
    this.#files = files;
    this.#found = new Uint32Array(files.length);
    this.#isAboutTests = isAboutTests(terms);
    this.#stems = new NameStems(terms);
    const look = this.#stems.in.bind(this.#stems);
    const { heads } = this.#stems;
    let folder = this.#slotsIn(0);
    let nameless = 0;
    for (let index = 0; index < files.length; index += 1) {
      if (files.turnsAt(index)) {
        folder = this.#slotsIn(files.inFolder(index, look));
        nameless = this.#slot(folder, 0);
      }
      // Most names have no word that may be one of the task's.
      const isLooked = files.hasHeadAt(index, heads);
      const slot = isLooked ? this.#slot(folder, files.inName(index, look)) : nameless;
      this.#found[index] = slot;
      const weights = this.#weights[slot];
      if (weights !== undefined) weights.files += 1;
    }
    for (const { byStem, files: count } of this.#weights) this.#count(byStem.keys(), count);
  }

  /** The best by their paths. */
  best(most: number): readonly TreeFile[] {
    const files = this.#files;
    const [fitting, others] = [new Best(most), new Best(most)];
    const base = this.#weights.map(({ byStem }) => this.#sum(byStem));
    const { exact, mayBeExact } = this.#terms;
    const look = mayBeExact.mayBeIn.bind(mayBeExact);
    for (let index = 0; index < files.length; index += 1) {
      const prior = files.priorAt(index);
      let fits = base[this.#found[index] ?? 0] ?? 0;
      if (exact.size > 0 && files.inName(index, look)) {
        fits += this.#exact(files.pathAt(index), undefined);
      }
      const score = fits === 0 ? prior : this.#adjusted(fits, prior, files.isTestAt(index));
      if (score > prior) fitting.add(index, score);
      else if (score > 0) others.add(index, score);
    }
    const found = fitting.indexes();
    const all = found.length < most ? [...found, ...others.indexes()].slice(0, most) : found;
    return all.map((index) => files.at(index));
  }

  /** @param hits what of the task is in each of the files that were looked into. */
  found(hits: ReadonlyMap<TreeFile, FoundInside>): void {
    const filesWith = new Map<string, number>();
    let quoting = 0;
    for (const { stems, quoted } of hits.values()) {
      quoting += Math.sign(quoted);
      for (const one of stems.keys()) filesWith.set(one, (filesWith.get(one) ?? 0) + 1);
    }
    // How rare a word is, those files tell alone: nothing is known of what the others hold.
    const rarity = (one: string) => rarityOf(filesWith.get(one) ?? 0, hits.size);
    this.#inside = new Map(
      [...hits].map(([file, { stems, quoted }]) => {
        const whole = quoted === 0 ? 0 : QUOTED_WEIGHT * rarityOf(quoting, hits.size);
        return [file, insideOf(stems, rarity) + whole] as const;
      }),
    );
  }

  /** The best of some files by their paths and what they hold. */
  bestOf(files: readonly TreeFile[], most: number): readonly TreeFile[] {
    if (files.length <= most) return files;
    return files
      .map((file) => {
        const fits = this.#sum(this.#byStem(file.path)) + this.#exact(file.path, undefined);
        const inside = this.#inside.get(file) ?? 0;
        return { file, score: this.#adjustedOf(file, fits + inside) };
      })
      .sort(byScore)
      .slice(0, most)
      .map(({ file }) => file);
  }

  #slotsIn(folder: StemSet): FolderSlots {
    const slots = this.#slots.get(folder) ?? new Map<StemSet, number>();
    this.#slots.set(folder, slots);
    return { folder, slots: slots };
  }

  /** Files with the same words share what was found. */
  #slot({ folder, slots }: FolderSlots, name: StemSet): number {
    let slot = slots.get(name);
    if (slot !== undefined) return slot;
    const byStem = pathWeights(this.#stems.named(folder), this.#stems.named(name));
    slot = this.#weights.push({ byStem, files: 0 }) - 1;
    slots.set(name, slot);
    return slot;
  }

  /** The order of files of which it is known what they define; what does not fit at all is left out. */
  rank(symbolsByFile: ReadonlyMap<TreeFile, FileSymbols | undefined>): readonly RankedFile[] {
    const symbols = new Map<TreeFile, ReadonlyMap<string, number>>();
    for (const [file, defined] of symbolsByFile) {
      const weights = this.#symbolWeights(defined);
      symbols.set(file, weights);
      const inPath = this.#byStem(file.path);
      this.#count([...weights.keys()].filter((one) => !inPath.has(one)));
    }
    return [...symbolsByFile]
      .map(([file, defined]) => {
        const inside = this.#sum(symbols.get(file) ?? NONE) + (this.#inside.get(file) ?? 0);
        const fits = this.#sum(this.#byStem(file.path)) + inside + this.#exact(file.path, defined);
        return { file, defined, score: this.#adjustedOf(file, fits) };
      })
      .filter(({ score }) => score > 0)
      .sort(byScore);
  }

  #symbolWeights(defined: FileSymbols | undefined): ReadonlyMap<string, number> {
    if (defined === undefined) return NONE;
    const names = [...defined.top, ...defined.inner];
    const counts = new Map<string, number>();
    for (const name of names) {
      const bytes = Buffer.from(name);
      const stems = this.#stems.named(this.#stems.in(bytes, 0, bytes.length));
      for (const one of stems) counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    const length = 1 - LENGTH_SHARE + LENGTH_SHARE * ((names.length * 2) / USUAL_WORDS);
    const weightOf = (count: number) => (SYMBOL_WEIGHT * count) / (count + SATURATION * length);
    return new Map([...counts].map(([one, count]) => [one, weightOf(count)]));
  }

  #byStem(path: string): ReadonlyMap<string, number> {
    const bytes = Buffer.from(path);
    const name = bytes.lastIndexOf(SLASH) + 1;
    const folder = this.#slotsIn(this.#stems.in(bytes, 0, name));
    const slot = this.#slot(folder, this.#stems.in(bytes, name, bytes.length));
    return this.#weights[slot]?.byStem ?? NONE;
  }

  #count(stems: Iterable<string>, files = 1): void {
    for (const one of stems) this.#filesWith.set(one, (this.#filesWith.get(one) ?? 0) + files);
  }

  #sum(weights: ReadonlyMap<string, number>): number {
    let sum = 0;
    for (const [one, weight] of weights) sum += weight * this.#rarity(one);
    return sum;
  }

  /** @param fits how well the words of the task fit. */
  #adjusted(fits: number, prior: number, isTest: boolean): number {
    let score = fits;
    if (score > 0 && prior < 0) score *= MADE_SHARE;
    if (!this.#isAboutTests && score > 0 && isTest) score *= TEST_SHARE;
    return score + prior;
  }

  #adjustedOf({ path, prior }: TreeFile, fits: number): number {
    return this.#adjusted(fits, prior, isTest(path));
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
    return whole * EXACT_WEIGHT * Math.log(1 + this.#files.length);
  }

  #rarity(one: string): number {
    const total = this.#files.length;
    return rarityOf(Math.min(this.#filesWith.get(one) ?? 0, total), total);
  }
}

/** @param files so many of all that are there. */
function rarityOf(files: number, total: number): number {
  return Math.log(1 + (total - files + 0.5) / (files + 0.5));
}

/** @param hits how often each stem is in a file. */
function insideOf(hits: ReadonlyMap<string, number>, rarity: (one: string) => number): number {
  let all = 0;
  for (const count of hits.values()) all += count;
  const length = 1 - LENGTH_SHARE + (LENGTH_SHARE * all) / USUAL_HITS;
  let sum = 0;
  for (const [one, count] of hits) {
    sum += (rarity(one) * count * (SATURATION + 1)) / (count + SATURATION * length);
  }
  return CONTENT_WEIGHT * sum;
}

function byScore(
  one: Pick<RankedFile, "file" | "score">,
  other: Pick<RankedFile, "file" | "score">,
): number {
  return other.score - one.score || (one.file.path < other.file.path ? -1 : 1);
}

interface PathWeights {
  /** How much each stem counts that was found. */
  readonly byStem: ReadonlyMap<string, number>;
  /** So many paths have these. */
  files: number;
}

const SLASH = 0x2f;

/** A folder with these stems, and what was found in names there. */
interface FolderSlots {
  readonly folder: StemSet;
  readonly slots: Map<StemSet, number>;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** The best of many, added in the order of their paths: of those that are equally good the first. */
class Best {
  readonly #most: number;
  #retained: { readonly index: number; readonly score: number }[] = [];
  /** What is not better than this is not among them. */
  #least = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  add(index: number, score: number): void {
    if (score <= this.#least) return;
    this.#retained.push({ index, score });
    if (this.#retained.length >= 2 * this.#most) this.#cut();
  }

  indexes(): readonly number[] {
    this.#cut();
    return this.#retained.map(({ index }) => index);
  }

  #cut(): void {
    const sorted = this.#retained.sort((a, b) => b.score - a.score || a.index - b.index);
    this.#retained = sorted.slice(0, this.#most);
    if (this.#retained.length === this.#most)
      this.#least = this.#retained.at(-1)?.score ?? this.#least;
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
