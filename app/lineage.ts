/** Where main comes from: each move of it, and whether Git finds it as the gate signed it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openGateRepository } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { type Change, ChangeLedger, wasReverted } from "#ops/release/ledger.ts";
import { isChangeSigned } from "#ops/release/signed-objects.ts";
import { mainOf } from "#ops/release/transaction.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { LineageEntry, LineagePage } from "#server/ui/gate-view.ts";

/**
 * Each signature is checked anew: four processes an entry.
 *
 * @param part `from` counts from 0, the newest.
 */
export async function readLineage(
  home: string,
  { from, most }: { readonly from: number; readonly most: number },
): Promise<LineagePage> {
  if (!existsSync(join(home, ".git"))) return { main: "", entries: [], total: 0 };
  const checkout = await openCheckout(home);
  const paths = promotionPaths(home);
  const all = changesIn(paths.ledger);
  const main = await mainOf(checkout);
  const done = all.filter(({ state }) => state === "done");
  const tagOf = new Map(all.map(({ id, tag }) => [id, tag]));
  const entries: LineageEntry[] = [];
  for (const change of all.slice(from, from + most)) {
    const { tag, kind, state, to, candidate, undoes, at, note } = change;
    const repositories = { home: checkout, gate: await openGateRepository(paths.repository) };
    entries.push({
      ...{ tag, kind, state, from: change.from, to, candidate, at, note },
      undoes: undoes === null ? null : (tagOf.get(undoes) ?? null),
      isReverted: wasReverted(change, done),
      isSigned: state === "done" ? await isChangeSigned(repositories, { tag, to }) : undefined,
    });
  }
  return { main, entries, total: all.length };
}

/** Newest first; a home that never promoted stays as it is. */
function changesIn(path: string): readonly Change[] {
  if (!existsSync(path)) return [];
  using ledger = new ChangeLedger(path);
  return ledger.all();
}
