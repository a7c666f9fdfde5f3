/** Who may ask over HTTP, for all machines: their homes keep a copy, so that no request waits for the database. */
import type { PgClient } from "#platform/postgres/pg-client.ts";
import type { AccessStore, SharedCredential } from "../access-store.ts";

/** Longest time until a home has what another one changed, when a notification is lost, in milliseconds. */
const LOOK_MS = 5000;

type Row = Omit<SharedCredential, "createdAt"> & { readonly createdAt: string };

export class PgAccess {
  readonly #client: PgClient;
  readonly #channel: string;

  /** @param client stays open. */
  constructor(client: PgClient) {
    this.#client = client;
    this.#channel = `${client.schema}_access`;
  }

  /** @throws {OrgError} as the client does. */
  async add({ createdAt, ...credential }: SharedCredential): Promise<void> {
    const row = JSON.stringify({ ...credential, created_at: createdAt });
    await this.#client.query("select credential_add($1::text::json, $2::text)", [
      row,
      this.#channel,
    ]);
  }

  /** @returns false when there is none of that id. @throws {OrgError} as the client does. */
  async revoke(id: string): Promise<boolean> {
    return await this.#yes(
      "select credential_revoke($1::text::uuid, $2::text, $3::text)::text as answer",
      [id, this.#channel],
    );
  }

  async all(): Promise<readonly SharedCredential[]> {
    const rows = await this.#client.query<Row>(
      `select id, kind, name, scope, hash, secret, created_at::text as "createdAt" from credential`,
    );
    return rows.map((row) => ({ ...row, createdAt: Number(row.createdAt) }));
  }

  /**
   * Notes that a nonce was used, for `lastsMs` milliseconds.
   *
   * @returns false when it was used before, at any machine. @throws {OrgError} as the client does.
   */
  async useNonce(key: string, nonce: string, lastsMs: number): Promise<boolean> {
    return await this.#yes(
      "select nonce_use($1::text::uuid, $2::text, $3::text, $4::text::bigint)::text as answer",
      [key, nonce, String(Math.ceil(lastsMs))],
    );
  }

  /**
   * Brings what there is into the store of a home now, and whatever is changed since until it is disposed of.
   *
   * @param report called with the reason why the copy is stale: a token that was revoked elsewhere counts here meanwhile.
   */
  async copyInto(
    store: Pick<AccessStore, "mirror">,
    report: (error: unknown) => void,
  ): Promise<AsyncDisposable> {
    store.mirror(await this.all());
    let copying: Promise<void> = Promise.resolve();
    const copy = (): void => {
      // One after the other: an older look must not come last. A server that is away is looked at again.
      copying = copying.then(async () => store.mirror(await this.all())).catch(report);
    };
    const timer = setInterval(copy, LOOK_MS);
    timer.unref();
    // biome-ignore lint/nursery/useDisposables: what is returned disposes of it
    const hearing = this.#client.listen(this.#channel, { onNotify: copy, onListen: copy });
    return {
      [Symbol.asyncDispose]: async () => {
        clearInterval(timer);
        await hearing[Symbol.asyncDispose]();
        await copying;
      },
    };
  }

  async #yes(text: string, values: readonly string[]): Promise<boolean> {
    const [row] = await this.#client.query<{ readonly answer: string }>(text, [
      crypto.randomUUID(),
      ...values,
    ]);
    return row?.answer === "true";
  }
}
