/** Where main comes from: every promotion and rollback with its signature, and a way back. */
import { z } from "zod";
import type { GateSource, LineageEntry, LineagePage } from "../gate-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import { type Action, action, type Page, type View, type Visit } from "../page.ts";
import { badge, commandLine, emptyNote, facts, moment, pager, section, table } from "../parts.ts";
import { confirmView } from "./confirm.ts";
import { count, hash, numberIn } from "./format.ts";
import { signedBadge } from "./verdict.ts";

const PATH = "/ui/gate/lineage";
/** Each has its signatures checked by Git for the page. */
const ON_PAGE = 12;

export function lineagePages(gate: GateSource): readonly Page[] {
  return [
    {
      path: PATH,
      render: async ({ query }) => {
        const from = numberIn(query("from"), 0);
        return lineageView(await gate.lineage(from, ON_PAGE), from);
      },
    },
    {
      ...{ path: `${PATH}/rollback`, scope: "admin" },
      render: async (visit) => rollbackQuestion(visit, await gate.lineage(0, 1)),
    },
  ];
}

const rollbackForm = z.strictObject({
  tag: z.string().min(1).max(200),
  main: z.string().regex(/^[0-9a-f]{40,64}$/),
});

export function lineageActions(gate: GateSource): readonly Action[] {
  return [
    action({
      ...{ path: `${PATH}/rollback`, scope: "admin", form: rollbackForm },
      run: async (_visit, { tag, main }) => {
        await gate.rollback(tag, main);
        const text = `The rollback of ${tag} has begun: main moves, and what serves is restarted.`;
        return { to: "/ui/gate", flash: { tone: "plain", text } };
      },
    }),
  ];
}

function lineageView({ main, entries, total }: LineagePage, from: number): View {
  const path = (at: number): string => (at === 0 ? PATH : `${PATH}?from=${at}`);
  const pages = pager({
    about: "the lineage",
    newer: from > 0 ? path(Math.max(0, from - ON_PAGE)) : undefined,
    older: from + ON_PAGE < total ? path(from + ON_PAGE) : undefined,
    here: `${count(total)} changes in all`,
  });
  return {
    title: "Lineage of main",
    beside: html`<a class="button plain" href="/ui/gate">Gate</a>`,
    main: html`${section("Changes", entries.length === 0 ? nothingYet() : changeTable(entries, main))}${pages}
<p class="remark">Main is ${hash(main)}. A signature holds where Git finds commit and tag as the gate of this home signed them, and the tag names the commit.</p>`,
  };
}

function nothingYet(): Html {
  return html`${emptyNote("The gate has not moved main yet. The first promotion stands here with its signature.")}${commandLine("org scoreboard")}`;
}

function changeTable(entries: readonly LineageEntry[], main: string): Html {
  return table({
    caption: "Moves of main, the newest first",
    empty: "",
    rows: entries,
    columns: [
      { title: "Tag", cell: ({ tag }) => html`<code>${tag}</code>` },
      { title: "What", cell: (entry) => whatOf(entry, main) },
      { title: "When", cell: ({ at }) => moment(at) },
      { title: "From", cell: ({ from }) => hash(from) },
      { title: "To", cell: ({ to }) => hash(to) },
      { title: "Candidate", cell: ({ candidate }) => (candidate === null ? "–" : hash(candidate)) },
      { title: "Signature", cell: ({ isSigned }) => signedBadge(isSigned) },
      { title: "Way back", cell: wayBack },
    ],
  });
}

function whatOf({ kind, state, undoes, isReverted, to, note }: LineageEntry, main: string): Piece {
  const about = undoes === null ? "" : html` of <code>${undoes}</code>`;
  const how: Piece[] = [
    state === "open" && badge("under way", "busy"),
    state === "abandoned" && badge("main never moved"),
    isReverted && badge("reverted"),
    to === main && badge("main", "good"),
  ];
  return html`${kind}${about} ${how}${note !== null && html`<p class="remark">${note}</p>`}`;
}

function wayBack({ tag, state, isReverted }: LineageEntry): Piece {
  if (state !== "done" || isReverted) return "";
  return html`<a class="button danger" href="${PATH}/rollback?tag=${encodeURIComponent(tag)}">Roll back…<span class="unseen"> ${tag}</span></a>`;
}

function rollbackQuestion(visit: Visit, { main }: LineagePage): View {
  const tag = visit.query("tag") ?? "";
  return confirmView(visit, {
    title: "Roll back?",
    says: [
      facts([
        ["Change", html`<code>${tag}</code>`],
        ["Main now", html`<code>${main}</code>`],
      ]),
      html`<p>What this change brought is taken out of main by a signed commit, and what serves is restarted. To roll that back brings it in again.</p>`,
    ],
    to: `${PATH}/rollback`,
    hidden: { tag, main },
    ...{ label: "Roll back", back: PATH, command: `org rollback ${tag}` },
  });
}
