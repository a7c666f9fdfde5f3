/** The tools of the home: which there are, what they promise, how their calls went, and their switches. */
import { z } from "zod";
import { counted } from "#core/text/counted.ts";
import type { CaseView, ToolDetails, ToolRow, ToolsSource, TrustView } from "../home-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import { type Action, action, type Screen, type Tone, type View, type Visit } from "../page.ts";
import { badge, emptyNote, facts, moment, postButton, section, table } from "../parts.ts";
import { confirmView } from "./confirm.ts";
import { ago, asText, block, count, fold, oneRow, percent } from "./format.ts";
import { useChart } from "./use-chart.ts";

const PATH = "/ui/tools";
/** Longest query of the search, in characters. */
const LONGEST_QUERY = 1000;

export function toolsScreen(tools: ToolsSource): Screen {
  const of = ({ param, signal }: Visit) => tools.details(param("name"), signal);
  return {
    nav: { label: "Tools", path: PATH, position: 30 },
    pages: [
      { path: PATH, render: async (visit) => await listPage(tools, visit) },
      { path: `${PATH}/:name`, render: async (visit) => toolPage(visit, await of(visit)) },
      {
        ...{ path: `${PATH}/:name/retire`, scope: "admin" },
        render: async (visit) => retireQuestion(visit, await of(visit)),
      },
    ],
    actions: [turn(tools, "enable"), turn(tools, "disable"), retire(tools)],
  };
}

const none = z.strictObject({});

function turn(tools: ToolsSource, to: "enable" | "disable"): Action {
  return action({
    ...{ path: `${PATH}/:name/${to}`, scope: "admin", form: none },
    run: async ({ param }) => {
      const name = param("name");
      await tools.switch(name, to === "enable");
      return { to: pathOf(name), flash: { tone: "good", text: `${name} is ${to}d.` } };
    },
  });
}

function retire(tools: ToolsSource): Action {
  return action({
    ...{ path: `${PATH}/:name/retire`, scope: "admin", form: none },
    run: async ({ param }) => {
      const name = param("name");
      await tools.retire(name);
      const text = `A candidate without ${name} is being made; the gate judges it and holds it for you.`;
      return { to: "/ui/gate", flash: { tone: "plain", text } };
    },
  });
}

function pathOf(name: string, page = ""): string {
  return `${PATH}/${encodeURIComponent(name)}${page}`;
}

async function listPage(tools: ToolsSource, { query, signal }: Visit): Promise<View> {
  const searchText = (query("q") ?? "").trim().slice(0, LONGEST_QUERY);
  const { tools: all, windows } = await tools.list(signal);
  const search = html`<form method="get" action="${PATH}" class="inline" role="search"><label for="q" class="unseen">Search</label>
<input id="q" name="q" type="search" value="${searchText}" placeholder="What should it do?" maxlength="${LONGEST_QUERY}"><button type="submit">Search</button></form>`;
  if (searchText !== "") {
    const names = await tools.search(searchText, signal);
    const found = names.flatMap((name) => all.find((tool) => tool.name === name) ?? []);
    return {
      ...{ title: "Tools", beside: search },
      main: html`${section(`Found for “${searchText.slice(0, 80)}”`, toolTable("Tools that were found", found, "No tool matches that."))}
<p><a href="${PATH}">All tools</a></p>`,
    };
  }
  const generated = all.filter(({ origin }) => origin === "generated");
  const builtIn = all.filter(({ origin }) => origin !== "generated");
  const toGo = generated.filter(({ whyGo }) => whyGo !== undefined);
  const empty = "No tool was promoted yet. What the gate lets into main stands here.";
  return {
    ...{ title: "Tools", beside: search },
    main: html`${section("Promoted", toolTable("Promoted tools", generated, empty))}${section("Built in", toolTable("Built-in tools", builtIn, "There is none."))}`,
    aside: html`${section("By the hundred calls", useChart(windows))}${toGo.length > 0 && section("Might go", goList(toGo))}`,
  };
}

function goList(tools: readonly ToolRow[]): Html {
  const rows = tools.map(
    ({ name, whyGo }) => html`<li><a href="${pathOf(name)}">${name}</a>: ${whyGo}</li>`,
  );
  return html`<ul class="list">${rows}</ul>`;
}

function toolTable(caption: string, rows: readonly ToolRow[], empty: string): Html {
  return table({
    caption,
    rows,
    empty,
    columns: [
      { title: "Tool", cell: ({ name }) => html`<a href="${pathOf(name)}">${name}</a>` },
      { title: "State", cell: ({ state }) => stateBadge(state) },
      { title: "What it does", cell: ({ why, description }) => oneRow(why ?? description) },
      { title: "Cases", kind: "number", cell: ({ figures }) => figures?.cases ?? "–" },
      { title: "Trust", kind: "number", cell: ({ trust }) => trustOf(trust) },
      { title: "Uses", kind: "number", cell: ({ trust }) => count(trust.calls) },
      {
        title: "Last used",
        cell: ({ trust: { lastUsedAt } }) => (lastUsedAt === undefined ? "–" : ago(lastUsedAt)),
      },
    ],
  });
}

const TONES: Readonly<Record<ToolRow["state"], Tone | "busy">> = {
  ready: "good",
  disabled: "plain",
  changed: "bad",
  refused: "bad",
};

function stateBadge(state: ToolRow["state"]): Html {
  return badge(state, TONES[state]);
}

/** A tool that was never called has shown nothing: its 0.5 is not a figure. */
function trustOf({ score, calls }: TrustView): Piece {
  if (calls === 0) return "–";
  return html`<meter min="0" max="1" low="0.5" high="0.75" optimum="1" value="${score.toFixed(3)}" aria-label="Trust ${score.toFixed(2)}"></meter> ${score.toFixed(2)}`;
}

function toolPage(visit: Visit, tool: ToolDetails): View {
  const { name, state, contract, origin, windows, cases } = tool;
  return {
    title: name,
    beside: html`<span class="actions">${stateBadge(state)}${origin === "generated" && switches(visit, tool)}</span>`,
    main: html`${section("What it does", facts(aboutRows(tool)))}${section("Contract", contractOf(contract))}${cases.length > 0 && section("Cases", casesOf(cases))}`,
    aside: html`${section("Uses", facts(usesRows(tool)))}${windows.length > 0 && section("By the hundred calls", useChart(windows))}`,
  };
}

function switches(visit: Visit, { name, state }: ToolDetails): Piece {
  const off = postButton(visit, { to: pathOf(name, "/disable"), label: "Disable", about: name });
  const on = postButton(visit, { to: pathOf(name, "/enable"), label: "Enable", about: name });
  const go = html`<a class="button danger" href="${pathOf(name, "/retire")}">Retire…</a>`;
  return [state === "disabled" ? on : off, go];
}

function aboutRows({ description, origin, why, whyGo, figures }: ToolDetails): Rows {
  const rows: (readonly [string, Piece])[] = [
    ["Says of itself", description === "" ? "nothing that could be read" : description],
    ["Origin", origin],
  ];
  if (why !== undefined) rows.push(["Cannot be called", why]);
  if (whyGo !== undefined) rows.push(["Might go", whyGo]);
  if (figures !== undefined) {
    const { cases, coverage, mutationScore } = figures;
    rows.push([
      "Judged by",
      `${counted(cases, "case")}: ${percent(coverage)} of its lines reached, ${percent(mutationScore)} of its mutants noticed`,
    ]);
  }
  return rows;
}

type Rows = readonly (readonly [string, Piece])[];

function usesRows({ trust }: ToolDetails): Rows {
  const { calls, failures, lastUsedAt } = trust;
  return [
    ["Trust", calls === 0 ? "not used yet" : trustOf(trust)],
    ["Calls", count(calls)],
    ["Broke down", count(failures)],
    ["Last used", lastUsedAt === undefined ? "never" : moment(lastUsedAt)],
  ];
}

/** Short values in rows, schemas and the like behind them. */
function contractOf(contract: ToolDetails["contract"]): Html {
  const entries = Object.entries(contract).filter(([, value]) => value !== undefined);
  if (entries.length === 0)
    return emptyNote("It comes with the program, and has no contract of its own.");
  const isShort = (value: unknown): boolean => typeof value !== "object" || value === null;
  const rows = entries.flatMap(([name, value]): (readonly [string, Piece])[] => {
    if (Array.isArray(value) && value.every(isShort)) {
      return [[name, value.length === 0 ? "none" : value.map(String).join(", ")]];
    }
    return isShort(value) ? [[name, String(value)]] : [];
  });
  const named = new Set(rows.map(([name]) => name));
  const rest = entries.filter(([name]) => !named.has(name));
  return html`${facts(rows)}${rest.map(([name, value]) => fold(name, block(asText(value), name)))}`;
}

/** Of many the first ones: the rest stands in the folder of the tool. */
const MOST_CASES = 50;

function casesOf(cases: readonly CaseView[]): Html {
  const omitted = cases.length - MOST_CASES;
  const rows = table({
    caption: "What it gives",
    empty: "",
    rows: cases.slice(0, MOST_CASES),
    columns: [
      { title: "For", cell: ({ input }) => html`<code>${oneRow(input)}</code>` },
      {
        title: "It gives",
        cell: ({ gives, isFailure }) =>
          isFailure ? badge(gives, "busy") : html`<code>${oneRow(gives)}</code>`,
      },
    ],
  });
  return html`${rows}${omitted > 0 && html`<p class="remark">${count(omitted)} more are left out.</p>`}`;
}

function retireQuestion(visit: Visit, { name, whyGo, contract }: ToolDetails): View {
  return confirmView(visit, {
    title: `Retire ${name}?`,
    says: [
      facts([
        ["Content", html`<code>${String(contract["contentHash"] ?? "not judged")}</code>`],
        ["Why", whyGo ?? "you ask for it"],
      ]),
      html`<p>A candidate without the tool is made and judged. Main changes only when you promote it, and a rollback brings the tool back.</p>`,
    ],
    to: pathOf(name, "/retire"),
    ...{ label: "Make the candidate", back: pathOf(name), command: `org tools retire ${name}` },
  });
}
