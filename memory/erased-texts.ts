/** What a human had forgotten, by hashes alone: it is not learnt again, and no episode is made of it. */
import type { Database } from "bun:sqlite";
import { isAscii } from "#language/text.ts";
import type { Exchange } from "./exchanges.ts";
import { areTelling, normalWords } from "./normal-words.ts";
import { erasedHash, isEmptyWord, sha256 } from "./same-note.ts";

/** Says whether a forgotten text stands in another one, word by word. */
export type HoldsErased = (text: string) => boolean;

interface Sought {
  /** Of all its words. */
  readonly hash: string;
  readonly words: number;
  /** Of the same words in any order; what has another one need not be hashed. */
  readonly mark: number;
}

export class ErasedTexts {
  readonly #database: Database;
  /** Made of all hashes at the first use, and again once one came or went. */
  #holds: HoldsErased | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A write was undone: what is in memory may be of it. */
  rolledBack(): void {
    this.#holds = undefined;
  }

  has(text: string): boolean {
    return this.#has(erasedHash(text));
  }

  add(text: string, now: number): void {
    this.#add(erasedHash(text), now);
    const words = soughtWords(text);
    if (words === undefined) return;
    const sought = soughtOf(words);
    this.#holds = undefined;
    this.#database
      .query<unknown, [string, number, number]>(
        "insert or replace into erased_text (hash, words, mark) values (?, ?, ?)",
      )
      .run(sought.hash, sought.words, sought.mark);
  }

  /** @param seq of the line of the human that a forgotten note came from. */
  addEvent(room: string, seq: number, now: number): void {
    this.#add(eventHash(room, seq), now);
  }

  /** The human said it again. */
  remove(text: string): void {
    this.#delete("erased", erasedHash(text));
    const words = soughtWords(text);
    if (words === undefined) return;
    this.#holds = undefined;
    this.#delete("erased_text", hashOf(words));
  }

  /** Whether an exchange holds a forgotten text, or a forgotten note came from it. */
  isIn(room: string, { firstSeq, fullText }: Pick<Exchange, "firstSeq" | "fullText">): boolean {
    return this.#has(eventHash(room, firstSeq)) || this.holds()(fullText);
  }

  /** As of now. */
  holds(): HoldsErased {
    this.#holds ??= holding(
      this.#database.query<Sought, []>("select hash, words, mark from erased_text").all(),
    );
    return this.#holds;
  }

  /** Whether pages may still hold what was forgotten. */
  needsSweep(): boolean {
    return this.#database.query("select 1 from erased where swept = 0 limit 1").get() !== null;
  }

  /** Says that {@link needsSweep} is over. */
  swept(): void {
    this.#database.run("update erased set swept = 1 where swept = 0");
  }

  #has(hash: string): boolean {
    return (
      this.#database
        .query<{ hash: string }, [string]>("select hash from erased where hash = ?")
        .get(hash) !== null
    );
  }

  #add(hash: string, now: number): void {
    this.#database
      .query<unknown, [string, number]>(
        "insert or replace into erased (hash, at, swept) values (?, ?, 0)",
      )
      .run(hash, now);
  }

  #delete(table: "erased" | "erased_text", hash: string): void {
    this.#database.query<unknown, [string]>(`delete from ${table} where hash = ?`).run(hash);
  }
}

/**
 * Whether a stored text ends, at a mark where it was cut, with so much of a forgotten one that it could be told. What was
 * behind the mark only the journal knows.
 *
 * @param mark as it stands at a cut.
 */
export function endsWithin(stored: string, text: string, mark: string): boolean {
  const words = soughtWords(text);
  if (words === undefined) return false;
  const ends = stored.split(mark).slice(0, -1);
  const pieces = ends.map((end) => normalWords(end.slice(-2 * text.length)));
  return pieces.some((all) => {
    const rest = all.filter((word) => !isEmptyWord(word));
    // The last word may be the beginning of one.
    return [all, rest].some((tail) => isBegun(tail, words) || isBegun(tail.slice(0, -1), words));
  });
}

/** Whether words end with the beginning of others; of the last one, its first letters do. */
function isBegun(tail: readonly string[], words: readonly string[]): boolean {
  return words.some((last, at) => {
    const begun = tail.slice(-at - 1);
    return (
      begun.length === at + 1 &&
      last.startsWith(begun[at] ?? "") &&
      begun.every((word, index) => index === at || word === words[index]) &&
      areTelling(begun)
    );
  });
}

/** The words by which a text is found in others, without empty ones where enough is left; `undefined`: it is not. */
function soughtWords(text: string): readonly string[] | undefined {
  const all = normalWords(text);
  const rest = all.filter((word) => !isEmptyWord(word));
  return [rest, all].find(areTelling);
}

/** The same for a single text. */
export function holdsText(sought: string): HoldsErased {
  const words = soughtWords(sought);
  if (words === undefined) return () => false;
  const holds = holding([soughtOf(words)]);
  const longest = words.toSorted((a, b) => b.length - a.length)[0] ?? "";
  // A look at the letters takes a tenth of the time of taking the words apart.
  return (text) => (!isAscii(text) || text.toLowerCase().includes(longest)) && holds(text);
}

function holding(all: readonly Sought[]): HoldsErased {
  const byLength = new Map(
    [...Map.groupBy(all, ({ words }) => words)].map(([length, some]) => [
      length,
      Map.groupBy(some, ({ mark }) => mark),
    ]),
  );
  if (byLength.size === 0) return () => false;
  return (text) => {
    const words = normalWords(text);
    const rest = words.filter((word) => !isEmptyWord(word));
    return [words, rest].some((some) => standsIn(some, byLength));
  };
}

/** Whether words in a row are those of a text that is looked for. */
function standsIn(
  words: readonly string[],
  byLength: ReadonlyMap<number, ReadonlyMap<number, readonly Sought[]>>,
): boolean {
  const marks = words.map(markOf);
  return [...byLength].some(([length, byMark]) => {
    let mark = 0;
    return marks.some((one, at) => {
      mark = (mark + one - (marks[at - length] ?? 0)) & MARK;
      const sought = at + 1 < length ? undefined : byMark.get(mark);
      if (sought === undefined) return false;
      const hash = hashOf(words.slice(at + 1 - length, at + 1));
      return sought.some((other) => other.hash === hash);
    });
  });
}

const MARK = 0xffff;

/** Of a word: quick, and the same in every process. */
function markOf(word: string): number {
  let mark = 0;
  for (let at = 0; at < word.length; at += 1) mark = (mark * 31 + word.charCodeAt(at)) & MARK;
  return mark;
}

function soughtOf(words: readonly string[]): Sought {
  const mark = words.reduce((sum, word) => (sum + markOf(word)) & MARK, 0);
  return { hash: hashOf(words), words: words.length, mark };
}

function hashOf(words: readonly string[]): string {
  return sha256(words.join(" "));
}

function eventHash(room: string, seq: number): string {
  return sha256(JSON.stringify([room, seq]));
}
