/** Opens what a promotion or a rollback in a home needs. */
import { openGateRepository } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { prepareSigning } from "#fitness/gate/signing.ts";
import { locateCheckout, openRepository } from "#platform/git/repository.ts";
import { ChangeLedger } from "./ledger.ts";
import { NOTHING_SERVES, type Service } from "./service.ts";
import type { Promoter } from "./transaction.ts";

export interface PromoterOptions {
  readonly service?: Service | undefined;
  readonly onStep?: Promoter["onStep"];
  readonly wait?: Promoter["wait"];
  readonly remote?: Promoter["remote"];
}

/**
 * @param orgHome the top of the checkout whose main is promoted to.
 * @param parts closes the ledger.
 */
export async function openPromoter(
  orgHome: string,
  { service = NOTHING_SERVES, onStep, wait, remote }: PromoterOptions,
  parts: AsyncDisposableStack,
): Promise<Promoter> {
  const paths = promotionPaths(orgHome);
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const ledger = parts.use(new ChangeLedger(paths.ledger));
  const gate = await openGateRepository(paths.repository);
  await prepareSigning(gate, paths);
  const home = await openRepository({ ...(await locateCheckout(orgHome)), protocols: ["file"] });
  return { home, gate, paths, ledger, service, onStep, wait, remote };
}
