/** Where the gate and the releases of a home lie; models and tools never see any of it. */
import { join } from "node:path";

export interface PromotionPaths {
  /** The gate's own bare repository. */
  readonly repository: string;
  /** Promotions and rollbacks, in a database. */
  readonly ledger: string;
  /** What was requested and how it was judged, in a database. */
  readonly verdicts: string;
  /** The results of replays, in a database. */
  readonly replays: string;
  /** Cases that no candidate has seen: a file for each tool. */
  readonly hidden: string;
  /** Held by the one process that promotes. */
  readonly lock: string;
  /** Private key of the gate. */
  readonly key: string;
  /** Whose signatures count, for `git verify-commit`. */
  readonly signers: string;
  /** A folder for each release, named by its commit. */
  readonly releases: string;
  /** Link to the release that serves. */
  readonly current: string;
}

export function promotionPaths(orgHome: string): PromotionPaths {
  const under = (...names: string[]) => join(orgHome, ".org", ...names);
  return {
    repository: under("gate", "repository.git"),
    ledger: under("gate", "ledger.sqlite"),
    verdicts: under("gate", "verdicts.sqlite"),
    replays: under("gate", "replays.sqlite"),
    hidden: under("gate", "hidden"),
    lock: under("gate", "promoter.lock"),
    key: under("gate", "key"),
    signers: under("gate", "allowed_signers"),
    releases: under("releases"),
    current: under("current"),
  };
}
