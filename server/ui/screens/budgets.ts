/** What was spent of which budget: today, and day by day. */
import { formatAmount, type Limit } from "#core/budget.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import type { SpentByPersona } from "#home/spend-store.ts";
import type { BudgetSource, BudgetView } from "../home-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import type { Screen, View } from "../page.ts";
import { commandLine, emptyNote, section, table } from "../parts.ts";
import { count } from "./format.ts";

const PATH = "/ui/budgets";

export function budgetsScreen(budgets: BudgetSource): Screen {
  return {
    nav: { label: "Budgets", path: PATH, position: 80 },
    pages: [{ path: PATH, render: () => budgetsPage(budgets.read()) }],
  };
}

/** A budget, and what was spent of it. */
export interface Account {
  readonly name: string;
  readonly kind: "tokens" | "money";
  readonly spent: number;
  readonly limit: number | undefined;
}

/** Every account of today: that of the home, then those of its personas. */
export function accountsToday({
  day,
  limits,
  autonomyTokens,
  spent,
}: BudgetView): readonly Account[] {
  const today = spent.filter((row) => row.day === day);
  const all = { tokens: sum(today, "tokens"), micros: sum(today, "micros") };
  const personas = new Set([
    ...today.map(({ persona }) => persona),
    ...Object.keys(limits.personas),
  ]);
  return [
    ...rowsOf("All personas", all, limits.day),
    ...[...personas].flatMap((persona) => {
      const own = today.find((row) => row.persona === persona) ?? { tokens: 0, micros: 0 };
      const limit =
        persona === AUTONOMY
          ? { tokens: autonomyTokens }
          : (limits.personas[persona] ?? limits.persona);
      return rowsOf(persona, own, limit);
    }),
  ];
}

function rowsOf(
  name: string,
  spent: Pick<SpentByPersona, "tokens" | "micros">,
  limit: Limit,
): readonly Account[] {
  const tokens: Account = { name, kind: "tokens", spent: spent.tokens, limit: limit.tokens };
  // Without prices there is no money to show.
  if (spent.micros === 0 && limit.micros === undefined) return [tokens];
  return [tokens, { name, kind: "money", spent: spent.micros, limit: limit.micros }];
}

function sum(rows: readonly SpentByPersona[], field: "tokens" | "micros"): number {
  return rows.reduce((total, row) => total + row[field], 0);
}

function budgetsPage(view: BudgetView): View {
  const { limits } = view;
  const session = [limits.session.tokens, limits.session.micros].some((one) => one !== undefined);
  const room: Piece = session
    ? html`<p>A room may take ${limitText(limits.session)}.</p>`
    : html`<p class="remark">Rooms have no limit of their own.</p>`;
  return {
    title: "Budgets",
    main: html`${section("Today, in UTC", accountTable(accountsToday(view)))}${section("Day by day", dayTable(view))}`,
    aside: section(
      "Limits",
      html`${room}<p class="remark">Limits stand below [budget] in org.config; a call that would exceed one is not made.</p>${commandLine("org config get budget")}`,
    ),
  };
}

function limitText({ tokens, micros }: Limit): string {
  const parts = [
    tokens !== undefined && formatAmount(tokens, "tokens"),
    micros !== undefined && formatAmount(micros, "money"),
  ];
  return parts.filter((part) => part !== false).join(" and ");
}

function accountTable(rows: readonly Account[]): Html {
  return table({
    caption: "What was spent today",
    empty: "",
    rows,
    columns: [
      { title: "Who", cell: ({ name }) => name },
      { title: "Spent", kind: "number", cell: ({ spent, kind }) => formatAmount(spent, kind) },
      {
        title: "Limit",
        kind: "number",
        cell: ({ limit, kind }) => (limit === undefined ? "none" : formatAmount(limit, kind)),
      },
      { title: "Used", cell: (account) => meterOf(account) },
    ],
  });
}

/** How much of a budget is gone, as a bar and in words. */
export function meterOf({ name, spent, limit, kind }: Account): Piece {
  if (limit === undefined) return "";
  const percent = limit === 0 ? 100 : Math.min(100, Math.floor((spent / limit) * 100));
  return html`<meter min="0" max="100" low="80" high="95" optimum="0" value="${percent}" aria-label="${name}, ${kind}: ${percent} % used"></meter> ${percent} %`;
}

function dayTable({ spent }: BudgetView): Html {
  if (spent.length === 0) {
    return emptyNote(
      "Nothing was spent in the last 14 days. The first answer of a model stands here.",
    );
  }
  const days = [...Map.groupBy(spent, ({ day }) => day)];
  const most = Math.max(1, ...days.map(([, rows]) => sum(rows, "tokens")));
  return table({
    caption: "The last 14 days",
    empty: "",
    rows: days,
    columns: [
      { title: "Day", cell: ([day]) => day },
      { title: "Tokens", kind: "number", cell: ([, rows]) => count(sum(rows, "tokens")) },
      { title: "Share of the most", cell: ([, rows]) => barOf(sum(rows, "tokens") / most) },
      { title: "Money", kind: "number", cell: ([, rows]) => moneyOf(sum(rows, "micros")) },
      {
        title: "Most by",
        cell: ([, rows]) =>
          rows
            .slice(0, 3)
            .map(({ persona, tokens }) => `${persona} ${count(tokens)}`)
            .join(", "),
      },
    ],
  });
}

function moneyOf(micros: number): string {
  return micros === 0 ? "–" : formatAmount(micros, "money");
}

/** The figure stands beside it: nothing is lost without the picture. */
function barOf(part: number): Html {
  return html`<svg class="bar" viewBox="0 0 100 8" aria-hidden="true" focusable="false"><rect width="${Math.max(1, Math.round(part * 100))}" height="8" rx="1"/></svg>`;
}
