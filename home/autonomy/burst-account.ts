import type { Account, BudgetLedger } from "#core/budget-ledger.ts";
import type { Usage } from "#core/events.ts";
import { AUTONOMY } from "../settings/autonomy-settings.ts";

/**
 * On whose account a burst goes: the line of autonomy and all that holds for the home. What a server says that an answer
 * took above what was put aside for it is booked up to what is left of the day, and no further: then nothing is left.
 *
 * @param session names the burst.
 */
export function burstAccount(ledger: BudgetLedger, session: string): Account {
  const account = ledger.account(session, AUTONOMY);
  return {
    reserve: async (model, estimate) => {
      const reservation = await account.reserve(model, estimate);
      return {
        settle: async (usage) => {
          const left = await ledger.remainingTokens(session, AUTONOMY);
          return await reservation.settle(within(usage, totalOf(estimate) + left));
        },
      };
    },
  };
}

function totalOf({ promptTokens, completionTokens }: Usage): number {
  return promptTokens + completionTokens;
}

function within(usage: Usage, most: number): Usage {
  const promptTokens = Math.min(whole(usage.promptTokens), most);
  const completionTokens = Math.min(whole(usage.completionTokens), most - promptTokens);
  return { ...usage, promptTokens, completionTokens };
}

/** What a server says may be any number. */
function whole(count: number): number {
  return Number.isFinite(count) ? Math.max(0, Math.ceil(count)) : 0;
}
