/** Lets a model say which note is no longer true once it has shown that it can tell. */
import type { BudgetLedger } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import { budgeted } from "#models/budgeted.ts";
import type { Model } from "#models/model.ts";
import type { ProfileStore } from "#models/profile-store.ts";
import { passesReplaceExam } from "#models/replace-exam.ts";

interface ExamParts {
  readonly store: ProfileStore;
  readonly lockOf: (endpoint: string) => ChannelLock;
  readonly budget: BudgetLedger;
}

/**
 * Asked once for each model, and kept. While it cannot be asked the model may not.
 *
 * @throws the reason of the signal.
 */
export function replaceExam({ store, lockOf, budget }: ExamParts) {
  return async (
    { provider, name }: Pick<Model, "provider" | "name">,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { endpoint } = provider;
    const { mayReplace } = await store.get(endpoint, name);
    if (mayReplace !== undefined) return mayReplace;
    try {
      using _lock = await lockOf(endpoint).waitForLock(Number.POSITIVE_INFINITY, {
        owner: "memory",
        signal,
      });
      const paid = budgeted(provider, budget.account("memory", "memory"));
      const passed = await passesReplaceExam(paid, name, signal);
      await store.update([endpoint, name], (kept) => ({ ...kept, mayReplace: passed }));
      return passed;
    } catch (error) {
      if (signal.aborted || !(error instanceof OrgError)) throw error;
      return false;
    }
  };
}
