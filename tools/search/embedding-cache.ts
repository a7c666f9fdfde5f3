/** Vectors that were made before, on disk: a text is sent to an embedding model once. */
import type { Database } from "bun:sqlite";
import type { Embedder } from "#language/embedder.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";

const SCHEMA = `
  create table if not exists embedding (
    embedder text not null,
    hash text not null,
    vector blob not null,
    used_at integer not null,
    primary key (embedder, hash)
  ) strict, without rowid;
`;

const KEEP = `
  insert into embedding (embedder, hash, vector, used_at) values ($embedder, $hash, $vector, $now)
  on conflict do update set vector = excluded.vector, used_at = excluded.used_at`;

/** Vectors that are stored: those of 10,000 tools, and as many questions. */
const MOST = 20_000;

const TRIM = `
  delete from embedding where (embedder, hash) in (
    select embedder, hash from embedding order by used_at desc limit -1 offset $most
  )`;

interface Row {
  readonly hash: string;
  readonly vector: Uint8Array;
}

export class EmbeddingCache implements Disposable {
  readonly #database: Database;
  readonly #most: number;

  /** @param path absolute; a missing file is made. @param most vectors that are stored. */
  constructor(path: string, most: number = MOST) {
    this.#database = openPrivateDatabase(path, SCHEMA);
    this.#most = most;
  }

  /** In the order of the texts; what is not cached yet is requested. @throws what the embedder throws. */
  async embed(
    embedder: Embedder,
    texts: readonly string[],
    { purpose, signal }: { readonly purpose: "query" | "document"; readonly signal: AbortSignal },
  ): Promise<readonly Float32Array[]> {
    const hashes = texts.map((text) => hashOf(purpose, text));
    const cached = this.#read(embedder.id, hashes);
    const missing = hashes.flatMap((hash, index) => (cached.has(hash) ? [] : [index]));
    if (missing.length > 0) {
      const missingTexts = missing.map((index) => texts[index] ?? "");
      const made = await embedder.embed(missingTexts, purpose, signal);
      for (const [position, index] of missing.entries()) {
        const vector = made[position];
        if (vector !== undefined) cached.set(hashes[index] ?? "", vector);
      }
    }
    this.#write(embedder.id, new Map(hashes.map((hash) => [hash, cached.get(hash) ?? NOTHING])));
    return hashes.map((hash) => cached.get(hash) ?? NOTHING);
  }

  /** Forgets what an embedder made: a model of the same name may have become another one. */
  forget({ id }: Embedder): void {
    this.#database.query("delete from embedding where embedder = ?").run(id);
  }

  #read(embedder: string, hashes: readonly string[]): Map<string, Float32Array> {
    const rows = this.#database
      .query<Row, [string, string]>(
        "select hash, vector from embedding where embedder = ? and hash in (select value from json_each(?))",
      )
      .all(embedder, JSON.stringify(hashes));
    // The bytes of a row may begin anywhere, numbers may not.
    return new Map(rows.map(({ hash, vector }) => [hash, new Float32Array(vector.slice().buffer)]));
  }

  #write(embedder: string, vectors: ReadonlyMap<string, Float32Array>): void {
    const keep = this.#database.query(KEEP);
    const now = Date.now();
    this.#database
      .transaction(() => {
        for (const [hash, { buffer, byteOffset, byteLength }] of vectors) {
          const vector = new Uint8Array(buffer, byteOffset, byteLength);
          keep.run({ embedder, hash, vector, now });
        }
        this.#database.query(TRIM).run({ most: this.#most });
      })
      .immediate();
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

const NOTHING = new Float32Array(0);

function hashOf(purpose: string, text: string): string {
  return new Bun.CryptoHasher("sha256").update(`${purpose}\0${text}`).digest("hex");
}
