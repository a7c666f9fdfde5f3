/** Tokens and keys of all machines that share a database; each home has a copy of them. */
import { AccessStore } from "#home/access-store.ts";
import type { HomePaths } from "#home/home-paths.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import type { AuthenticatorOptions } from "#server/http/auth/authenticator.ts";

interface SharedAccess extends AsyncDisposable {
  readonly useNonce: NonNullable<AuthenticatorOptions["useNonce"]>;
}

/**
 * Has the home let in whom all machines let in, from now on until it is disposed of.
 *
 * @param report told while the copy of the home cannot be brought up to date.
 * @throws {OrgError} as the client does.
 */
export async function shareAccess(
  client: PgClient,
  paths: HomePaths,
  report: (error: unknown) => void,
): Promise<SharedAccess> {
  const { PgAccess } = await import("#home/postgres/pg-access.ts");
  const shared = new PgAccess(client);
  await using parts = new AsyncDisposableStack();
  parts.use(await shared.copyInto(parts.use(new AccessStore(paths)), report));
  const all = parts.move();
  return {
    useNonce: async (key, nonce, lastsMs) =>
      (await shared.useNonce(key, nonce, lastsMs)) ? "new" : "used",
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/**
 * Does something to the tokens of a home, and tells all machines what was made and revoked.
 *
 * @throws what `work` throws, and {@link OrgError} as the client does: what was made is revoked again then.
 */
export async function withSharedAccess<T>(
  client: PgClient,
  store: AccessStore,
  work: () => T,
): Promise<T> {
  const { PgAccess } = await import("#home/postgres/pg-access.ts");
  const shared = new PgAccess(client);
  store.mirror(await shared.all());
  const before = new Set(store.list().map(({ id }) => id));
  const done = work();
  const after = new Set(store.list().map(({ id }) => id));
  for (const id of before) if (!after.has(id)) await shared.revoke(id);
  for (const id of after) {
    const made = before.has(id) ? undefined : store.forOthers(id);
    if (made === undefined) continue;
    try {
      await shared.add(made);
    } catch (error) {
      store.revoke(id);
      throw error;
    }
  }
  store.mirror(await shared.all());
  return done;
}
