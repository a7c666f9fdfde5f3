/** Main as the nodes of a database share it; nothing is connected to before something is to be moved or looked at. */
import { Opening } from "#core/opening.ts";
import { openDatabase } from "#home/postgres/home-database.ts";
import { MainHeads } from "#home/postgres/main-head.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import type { DatabaseSettings } from "#home/settings/database-settings.ts";
import { recordService } from "#platform/process-record.ts";
import { currentService } from "../processes/generations.ts";
import { PROMOTION } from "../processes/home-processes.ts";
import { lookAtMain, type RemoteState } from "../release/follow-main.ts";
import type { Change } from "../release/ledger.ts";
import { withMain } from "../release/lock-main.ts";
import type { MainRemote } from "../release/main-remote.ts";
import { openPromoter, type PromoterOptions } from "../release/open-promoter.ts";
import { type Published, publishMain } from "../release/publish-main.ts";
import type { Promoter } from "../release/transaction.ts";

interface RemoteOptions {
  readonly database: DatabaseSettings | undefined;
  /** Told when a rollback is done here and could not be pushed. */
  readonly onPending: MainRemote["onPending"];
}

/**
 * @param parts closes the connections.
 * @returns `undefined` where no remote is named: the home has its own main.
 */
export function openMainRemote(
  { database, onPending }: RemoteOptions,
  parts: AsyncDisposableStack,
): MainRemote | undefined {
  const { remote } = database ?? {};
  if (database === undefined || remote === undefined) return undefined;
  const heads = new Opening(() => openHeads(database, parts));
  return {
    ...remote,
    lock: async (wait) => await (await heads.value()).lock(wait),
    confirm: async () => await (await heads.value()).confirm(),
    announce: async (head) => await (await heads.value()).announce(head),
    head: async () => await (await heads.value()).head(),
    onPending,
  };
}

async function openHeads(
  database: DatabaseSettings,
  parts: AsyncDisposableStack,
): Promise<MainHeads> {
  // biome-ignore lint/nursery/useDisposables: the stack disposes of both
  const client = parts.use(await openDatabase(database));
  const locks = parts.use(await openPgJournal({ client }));
  return new MainHeads({ client, locks, node: database.node });
}

/** Whose main, and who is told. */
export interface Travelling extends RemoteOptions {
  /** ORG_HOME, the top of a checkout. */
  readonly home: string;
  /** What the person typed, for `org ps`. */
  readonly command: string;
  readonly wait?: PromoterOptions["wait"];
}

/**
 * Takes over what other nodes promoted, rolled back or published, and starts what serves anew.
 *
 * @returns the changes of this home's main; none without a remote.
 * @throws {OrgError} as `followMain`.
 */
export async function pullMain(travelling: Travelling): Promise<readonly Change[]> {
  return await travel(travelling, async (promoter) =>
    withMain(promoter, { nowMs: Date.now() }, async (_, followed) => followed),
  );
}

/** Signs the main of this home where no promotion did, and pushes it. @throws {OrgError} as `publishMain`. */
export async function pushHome(travelling: Travelling): Promise<Published> {
  return await travel(travelling, async (promoter) => publishMain(promoter, Date.now()));
}

/** What is at the remote, and what is here; changes nothing. @throws {OrgError} as `lookAtMain`. */
export async function seeMain(
  home: string,
  database: DatabaseSettings,
): Promise<RemoteState | undefined> {
  await using parts = new AsyncDisposableStack();
  const remote = openMainRemote({ database, onPending: () => undefined }, parts);
  if (remote === undefined) return undefined;
  return await lookAtMain(await openPromoter(home, { remote }, parts), remote);
}

async function travel<Result>(
  { home, command, wait, ...opening }: Travelling,
  work: (promoter: Promoter) => Promise<Result>,
): Promise<Result> {
  await using parts = new AsyncDisposableStack();
  const remote = openMainRemote(opening, parts);
  const service = currentService(home);
  const promoter = await openPromoter(home, { service, wait, remote }, parts);
  parts.use(await recordService(home, { role: PROMOTION, command }));
  return await work(promoter);
}
