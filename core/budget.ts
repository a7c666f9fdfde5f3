/**
 * What may be spent, and what is too much. Pure. Money is counted in millionths of whatever currency
 * the prices are in, in whole numbers, so that sums do not drift.
 */
import type { Usage } from "./events.ts";

export interface Amount {
  readonly tokens: number;
  /** Millionths of the currency's unit. */
  readonly micros: number;
}

export interface Limit {
  readonly tokens?: number | undefined;
  /** Millionths of the currency's unit. */
  readonly micros?: number | undefined;
}

export interface BudgetLimits {
  /** For one room. */
  readonly session: Limit;
  /** For a day in UTC, all rooms together. */
  readonly day: Limit;
  /** For every persona a day. */
  readonly persona: Limit;
  /** For single personas a day, by id, instead of `persona`. */
  readonly personas: Readonly<Record<string, Limit>>;
}

export const NO_LIMITS: BudgetLimits = { session: {}, day: {}, persona: {}, personas: {} };

/** Price of a model for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** On whose account something goes. */
export interface Spender {
  /** In UTC: "2026-11-21". */
  readonly day: string;
  readonly session: string;
  readonly persona: string;
}

/** What has been spent on each of the accounts that a {@link Spender} has; reserved amounts included. */
export interface Totals {
  readonly session: Amount;
  readonly day: Amount;
  readonly persona: Amount;
}

/** Where a warning comes, as a share of the limit. */
const WARN_AT = 0.8;

/** The cost of a completion; a model without a price costs no money. */
export function amountOf(
  { promptTokens, completionTokens }: Usage,
  price: Price | undefined,
): Amount {
  const { input, output } = price ?? { input: 0, output: 0 };
  return {
    tokens: promptTokens + completionTokens,
    // A price for a million tokens is the price of one token in millionths.
    micros: Math.ceil(promptTokens * input + completionTokens * output),
  };
}

/** What a model costs: "*" is for those that are not listed; `undefined` where no price is set. */
export function priceOf(prices: Readonly<Record<string, Price>>, model: string): Price | undefined {
  return Object.hasOwn(prices, model) ? prices[model] : prices["*"];
}

/** Whether any of the limits counts money, which holds nothing back where a model has no price. */
export function limitsMoney({ session, day, persona, personas }: BudgetLimits): boolean {
  const all = [session, day, persona, ...Object.values(personas)];
  return all.some(({ micros }) => micros !== undefined);
}

/** How far one budget is spent. */
export interface Standing {
  /** "the budget of this room". */
  readonly name: string;
  /** In percent of the limit, rounded down. */
  readonly percent: number;
  /** A sentence with the numbers. */
  readonly text: string;
}

/** Every budget that holds for a persona, as it stands. */
export function standingsOf(
  limits: BudgetLimits,
  spender: Spender,
  totals: Totals,
): readonly Standing[] {
  return accounts(limits, spender, totals).map((account) => {
    return { name: account.name, percent: percentOf(account), text: spentOf(account) };
  });
}

interface Account {
  /** "the budget of this room". */
  readonly name: string;
  readonly kind: "tokens" | "money";
  readonly limit: number;
  readonly spent: number;
}

/** How many tokens every budget leaves that holds for a persona; infinite where none counts tokens. */
export function remainingTokens(limits: BudgetLimits, spender: Spender, totals: Totals): number {
  const counted = accounts(limits, spender, totals).filter(({ kind }) => kind === "tokens");
  return Math.min(...counted.map(({ limit, spent }) => Math.max(0, limit - spent)));
}

/** The budget that a call would exceed, as text with its numbers; `undefined` when it fits. */
export function breachOf(
  limits: BudgetLimits,
  spender: Spender,
  { totals, reservation }: { readonly totals: Totals; readonly reservation: Amount },
): string | undefined {
  const breached = accounts(limits, spender, totals).find((account) => {
    const more = account.kind === "tokens" ? reservation.tokens : reservation.micros;
    return account.spent + more > account.limit;
  });
  if (breached === undefined) return undefined;
  const more = breached.kind === "tokens" ? reservation.tokens : reservation.micros;
  return `${spentOf(breached)}, and the next answer may take ${formatAmount(more, breached.kind)}`;
}

/**
 * One sentence for every budget that is nearly spent now, and was not before: at 80 %, or as soon as another answer like
 * the last would be refused. An answer is reserved before it is requested, so a budget may end far below 80 %.
 *
 * @param spending.reservation what was reserved for the last answer.
 */
export function warningsOf(
  limits: BudgetLimits,
  spender: Spender,
  spending: { readonly before: Totals; readonly after: Totals; readonly reservation: Amount },
): readonly string[] {
  const { before, after, reservation } = spending;
  const earlier = accounts(limits, spender, before);
  return accounts(limits, spender, after).flatMap((account, index) => {
    const { spent, limit, kind } = account;
    const bound = limit * WARN_AT;
    if ((earlier[index]?.spent ?? 0) >= bound) return [];
    const more = kind === "tokens" ? reservation.tokens : reservation.micros;
    if (spent + more > limit) {
      return [
        `${spentOf(account)}, too little is left for an answer of up to ${formatAmount(more, kind)}`,
      ];
    }
    return spent >= bound ? [spentOf(account)] : [];
  });
}

function accounts(limits: BudgetLimits, spender: Spender, totals: Totals): readonly Account[] {
  const { session, day, persona, personas } = limits;
  const own = Object.hasOwn(personas, spender.persona) ? personas[spender.persona] : undefined;
  const rows = [
    ["the budget of this room", session, totals.session],
    ["the budget of this day", day, totals.day],
    [`the budget of ${spender.persona} for this day`, own ?? persona, totals.persona],
  ] as const;
  return rows.flatMap(([name, { tokens, micros }, spent]): Account[] => [
    ...(tokens === undefined
      ? []
      : [{ name, kind: "tokens" as const, limit: tokens, spent: spent.tokens }]),
    ...(micros === undefined
      ? []
      : [{ name, kind: "money" as const, limit: micros, spent: spent.micros }]),
  ]);
}

function spentOf(account: Account): string {
  const { name, kind, limit, spent } = account;
  return `${name}: ${formatAmount(spent, kind)} of ${formatAmount(limit, kind)} are spent (${percentOf(account)} %)`;
}

function percentOf({ limit, spent }: Account): number {
  return limit === 0 ? 100 : Math.floor((spent / limit) * 100);
}

/** "12,000 tokens", or an amount of money in its unit. */
export function formatAmount(amount: number, kind: Account["kind"]): string {
  if (kind === "tokens") return `${amount.toLocaleString("en-US")} tokens`;
  return `${(amount / 1_000_000).toFixed(4)} of money`;
}

/** What two completions took together; the cache counts where one of them reported it. */
export function plusUsage(before: Usage | undefined, more: Usage): Usage {
  if (before === undefined) return more;
  const { cachedTokens: cached } = before;
  const sum = (cached ?? 0) + (more.cachedTokens ?? 0);
  return {
    promptTokens: before.promptTokens + more.promptTokens,
    completionTokens: before.completionTokens + more.completionTokens,
    ...(cached === undefined && more.cachedTokens === undefined ? {} : { cachedTokens: sum }),
  };
}
