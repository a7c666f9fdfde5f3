/** What a human had forgotten, by hashes alone: it is not learnt again, and no episode is made of it. */
import type { Database } from "bun:sqlite";
import type { Exchange } from "./exchanges.ts";
import { erasedHash, sha256 } from "./same-note.ts";

/** A forgotten text may be so many parts of a sentence that commas and the like divide. */
const MOST_PARTS = 8;

export class ErasedTexts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  has(text: string): boolean {
    return this.#has(erasedHash(text));
  }

  /** @param event the line of the human that a forgotten note came from. */
  add(text: string, now: number, event?: { readonly room: string; readonly seq: number }): void {
    this.#add(erasedHash(text), now);
    if (event !== undefined) this.#add(eventHash(event.room, event.seq), now);
  }

  /** The human said it again. */
  remove(text: string): void {
    this.#database
      .query<unknown, [string]>("delete from erased where hash = ?")
      .run(erasedHash(text));
  }

  /** Whether an exchange holds a forgotten text, or a forgotten note came from it. */
  isIn(room: string, { firstSeq, text }: Exchange): boolean {
    if (this.#database.query("select 1 from erased limit 1").get() === null) return false;
    if (this.#has(eventHash(room, firstSeq))) return true;
    const lines = text.split("\n").map((line) => line.replace(/^(?:\| |[\p{L}\p{N}_-]+: )/u, ""));
    return lines.some((line) => this.#isInLine(line));
  }

  /** Whether pages may still hold what was forgotten. */
  needsSweep(): boolean {
    return this.#database.query("select 1 from erased where swept = 0 limit 1").get() !== null;
  }

  /** Says that {@link needsSweep} is over. */
  swept(): void {
    this.#database.run("update erased set swept = 1 where swept = 0");
  }

  #isInLine(line: string): boolean {
    const parts = line.split(/(?<=[.!?:;,()"“”])/);
    return parts.some((_, from) => {
      const longest = Math.min(MOST_PARTS, parts.length - from);
      return Array.from({ length: longest }, (_unused, n) => n + 1).some((count) =>
        this.has(parts.slice(from, from + count).join("")),
      );
    });
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
}

function eventHash(room: string, seq: number): string {
  return sha256(JSON.stringify([room, seq]));
}
