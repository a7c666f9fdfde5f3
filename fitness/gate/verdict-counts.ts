import { existsSync } from "node:fs";
import { promotionPaths } from "./paths.ts";
import { type VerdictCount, VerdictStore } from "./verdict-store.ts";

/** How often the gate of a home gave each verdict. A home without a gate gets none by being asked. */
export function verdictCounts(orgHome: string): readonly VerdictCount[] {
  const { verdicts } = promotionPaths(orgHome);
  if (!existsSync(verdicts)) return [];
  using store = new VerdictStore(verdicts);
  return store.counts();
}
