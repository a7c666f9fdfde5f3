/** The one module that checks budgets: nothing is spent that was not reserved here before. */
import {
  type Amount,
  amountOf,
  type BudgetLimits,
  breachOf,
  type Price,
  priceOf,
  remainingTokens,
  type Spender,
  type Standing,
  standingsOf,
  type Totals,
  warningsOf,
} from "./budget.ts";
import { dayOf } from "./day-of.ts";
import { OrgError } from "./errors.ts";
import type { Usage } from "./events.ts";

/** Where totals are stored, by one process or by several machines. `reserve` and `adjust` are one transaction each. */
export interface SpendStore {
  /** Adds the amount unless `objection` finds something against the totals before it; returns that. */
  reserve(
    spender: Spender,
    amount: Amount,
    objection: (totals: Totals) => string | undefined,
  ): Promise<string | undefined>;
  /** Adds what may be negative. @returns the totals behind it. */
  adjust(spender: Spender, amount: Amount): Promise<Totals>;
  totals(spender: Spender): Promise<Totals>;
  /** As this process has read them last: for a screen, and for nothing that decides. */
  lastTotals(spender: Spender): Totals;
}

export interface LedgerOptions {
  readonly store: SpendStore;
  readonly limits: BudgetLimits;
  /** By name of the model; "*" for those that are not listed. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Something that was put aside for one completion. */
export interface Reservation {
  /**
   * Books what it really took instead. Later calls do nothing.
   *
   * @returns one sentence for every budget of which 80 % are spent now, or that does not hold another such answer.
   */
  settle(usage: Usage): Promise<readonly string[]>;
}

/** On whose account completions go. */
export interface Account {
  /** @throws {OrgError} `BUDGET_SPENT`, naming the budget and its numbers. */
  reserve(model: string, estimate: Usage): Promise<Reservation>;
}

export class BudgetLedger {
  readonly #options: LedgerOptions;
  readonly #warned = new Set<string>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  account(session: string, persona: string): Account {
    return { reserve: (model, estimate) => this.#reserve({ session, persona }, model, estimate) };
  }

  /** Every budget that holds for a persona in a room, as it stood when this process last spent of it. */
  standings(session: string, persona: string): readonly Standing[] {
    const { store, limits } = this.#options;
    const spender = this.#spender({ session, persona });
    return standingsOf(limits, spender, store.lastTotals(spender));
  }

  /** How many tokens all budgets leave that hold for a persona in a room; infinite where none counts tokens. */
  async remainingTokens(session: string, persona: string): Promise<number> {
    const { store, limits } = this.#options;
    const spender = this.#spender({ session, persona });
    return remainingTokens(limits, spender, await store.totals(spender));
  }

  #spender(who: Pick<Spender, "session" | "persona">): Spender {
    const { now = Date.now } = this.#options;
    return { ...who, day: dayOf(now()) };
  }

  async #reserve(
    who: Pick<Spender, "session" | "persona">,
    model: string,
    estimate: Usage,
  ): Promise<Reservation> {
    const { store, limits, prices } = this.#options;
    // The day in which a call began pays for it.
    const spender = this.#spender(who);
    const price = priceOf(prices, model);
    const reservation = amountOf(estimate, price);
    let before: Totals | undefined;
    const why = await store.reserve(spender, reservation, (totals) => {
      before = totals;
      return breachOf(limits, spender, { totals, reservation });
    });
    if (why !== undefined) throw spent(why);
    let isOpen = true;
    return {
      settle: async (usage) => {
        if (!isOpen) return [];
        isOpen = false;
        const real = amountOf(usage, price);
        const difference = {
          tokens: real.tokens - reservation.tokens,
          micros: real.micros - reservation.micros,
        };
        const after = await store.adjust(spender, difference);
        return this.#warnings(spender, { before: before ?? after, after, reservation });
      },
    };
  }

  /** Calls that run at the same time cross the same mark: it is reported once. */
  #warnings(spender: Spender, spending: Parameters<typeof warningsOf>[2]): readonly string[] {
    return warningsOf(this.#options.limits, spender, spending).filter((text) => {
      const [name = ""] = text.split(":");
      const key = `${spender.day} ${spender.session} ${name}`;
      const isNew = !this.#warned.has(key);
      this.#warned.add(key);
      return isNew;
    });
  }
}

function spent(why: string): OrgError {
  return new OrgError("The budget does not allow another answer", {
    code: "BUDGET_SPENT",
    why,
    remedies: ["org config get budget", 'raise the limit under [budget] in "org.config"'],
    unchanged: "The model was not asked.",
  });
}
