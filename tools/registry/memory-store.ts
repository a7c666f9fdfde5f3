/** What generated tools keep between calls, on disk, each apart from the others. */
import type { Database } from "bun:sqlite";
import { openPrivateDatabase } from "#platform/private-database.ts";
import type { ToolMemory } from "../contract/call-options.ts";

export interface MemoryLimits {
  /** Longest key in characters. */
  readonly keyCharacters: number;
  /** Longest value, as JSON in UTF-8, in bytes. */
  readonly valueBytes: number;
  /** Keys of one tool. */
  readonly keys: number;
  /** All values of one tool together, in bytes. */
  readonly totalBytes: number;
}

/** What a registry does with the memory of its tools. */
export interface RegistryMemory extends Disposable {
  /** What one tool keeps. */
  of(tool: string): ToolMemory;
  /** Forgets what tools kept that are no more. */
  keepOnly(tools: readonly string[]): void;
}

/** A tool that wants more wants a file. */
const LIMITS: MemoryLimits = {
  keyCharacters: 200,
  valueBytes: 64 * 1024,
  keys: 1000,
  totalBytes: 1024 * 1024,
};

const SCHEMA = `
  create table if not exists memory (
    tool text not null,
    key text not null,
    value text not null,
    bytes integer not null,
    primary key (tool, key)
  ) strict, without rowid;
`;

const SET = `
  insert into memory (tool, key, value, bytes) values ($tool, $key, $value, $bytes)
  on conflict do update set value = excluded.value, bytes = excluded.bytes`;

const OTHERS = `
  select count(*) as keys, coalesce(sum(bytes), 0) as bytes from memory
  where tool = $tool and key <> $key`;

/** All numbers are those of the database, so that calls in several processes meet the same limits. */
export class ToolMemoryStore implements RegistryMemory {
  readonly #database: Database;
  readonly #limits: MemoryLimits;

  /** @param path absolute; a missing file is made. */
  constructor(path: string, limits: MemoryLimits = LIMITS) {
    this.#database = openPrivateDatabase(path, SCHEMA);
    this.#limits = limits;
  }

  /** What is too much is refused with an error that the tool sees. */
  of(tool: string): ToolMemory {
    return {
      get: (key) => Promise.resolve(this.#get(tool, key)),
      set: async (key, value) => this.#set(tool, key, value),
    };
  }

  keepOnly(tools: readonly string[]): void {
    this.#database
      .query("delete from memory where tool not in (select value from json_each(?))")
      .run(JSON.stringify(tools));
  }

  #get(tool: string, key: string): unknown {
    const row = this.#database
      .query<{ value: string }, [string, string]>(
        "select value from memory where tool = ? and key = ?",
      )
      .get(tool, key);
    return row === null ? null : JSON.parse(row.value);
  }

  #set(tool: string, key: string, value: unknown): void {
    const { keyCharacters, valueBytes, keys, totalBytes } = this.#limits;
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    if (key.length > keyCharacters) throw new Error(`A key may have ${keyCharacters} characters`);
    if (bytes > valueBytes) throw new Error(`A value may have ${valueBytes} bytes as JSON`);
    const write = this.#database.transaction(() => {
      const others = this.#database
        .query<{ keys: number; bytes: number }, { tool: string; key: string }>(OTHERS)
        .get({ tool, key }) ?? { keys: 0, bytes: 0 };
      if (others.keys >= keys) throw new Error(`A tool may keep ${keys} keys`);
      if (others.bytes + bytes > totalBytes) throw new Error(`A tool may keep ${totalBytes} bytes`);
      this.#database.query(SET).run({ tool, key, value: text, bytes });
    });
    write.immediate();
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
