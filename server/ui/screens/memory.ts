/** What the home remembers: notes that wait for a review, all others, and the rules that were learnt. */
import { z } from "zod";
import type { Note, NoteState } from "#core/memory.ts";
import { noteName } from "#room/memory-text.ts";
import type { MemoryAnswer, MemoryService } from "../../socket/memory-service.ts";
import type { RulesService } from "../../socket/rules-service.ts";
import { type Html, html, type Piece } from "../html.ts";
import { type Action, action, type Screen, type Tone, type View, type Visit } from "../page.ts";
import {
  badge,
  commandLine,
  emptyNote,
  facts,
  moment,
  pager,
  postButton,
  postForm,
  section,
} from "../parts.ts";
import { confirmView } from "./confirm.ts";
import { ago, block, count, numberIn } from "./format.ts";
import { ruleActions, rulesSection } from "./rules.ts";

const PATH = "/ui/memory";
const ON_PAGE = 30;
const LONGEST_NOTE = 1000;

export interface MemoryParts {
  readonly memory: MemoryService;
  /** Absent: nothing is learnt here. */
  readonly rules?: RulesService | undefined;
}

export function memoryScreen(parts: MemoryParts): Screen {
  const { memory, rules } = parts;
  return {
    nav: { label: "Memory", path: PATH, position: 60 },
    pages: [
      { path: PATH, render: async (visit) => await listPage(parts, visit) },
      {
        path: `${PATH}/:id`,
        render: async (visit) => notePage(visit, await memoryAnswer(memory, visit)),
      },
      {
        ...{ path: `${PATH}/:id/forget`, scope: "run" },
        render: async (visit) => forgetQuestion(visit, await memoryAnswer(memory, visit)),
      },
    ],
    actions: [...noteActions(memory), ...(rules === undefined ? [] : ruleActions(rules, PATH))],
  };
}

const addForm = z.strictObject({
  text: z.string().trim().min(3).max(LONGEST_NOTE),
  kind: z.enum(["fact", "procedure"]),
});

function noteActions(memory: MemoryService): readonly Action[] {
  const none = z.strictObject({});
  return [
    action({
      ...{ path: `${PATH}/:id/trust`, scope: "run", form: none },
      run: async ({ param, signal }) => {
        const id = idOf(param("id"));
        await memory({ kind: "trust", id }, signal);
        const text = `${noteName(id)} counts as your own word from now on.`;
        return { to: PATH, flash: { tone: "good", text } };
      },
    }),
    action({
      ...{ path: `${PATH}/:id/forget`, scope: "run", form: none },
      run: async ({ param, signal }) => {
        const id = idOf(param("id"));
        const { notes } = await memory({ kind: "forget", id }, signal);
        const others = notes.map((note) => noteName(note.id)).join(", ");
        const more = others === "" ? "" : ` The same words are also in ${others}.`;
        const text = `${noteName(id)} is forgotten. Older backups keep it.${more}`;
        return { to: PATH, flash: { tone: "good", text } };
      },
    }),
    action({
      ...{ path: PATH, scope: "run", form: addForm },
      run: async ({ signal }, draft) => {
        const { notes, outcome } = await memory({ kind: "add", draft }, signal);
        const [note] = notes;
        const name = note === undefined ? "The note" : noteName(note.id);
        const text = outcome === "seen-again" ? `${name} says this already.` : `${name} is saved.`;
        return { to: `${PATH}?show=active`, flash: { tone: "good", text } };
      },
    }),
  ];
}

/** Whatever is not a number is the number of no note. */
function idOf(text: string): number {
  return numberIn(text.replace(/^m/, ""), 0) || 999_999_999;
}

async function memoryAnswer(
  memory: MemoryService,
  { param, signal }: Visit,
): Promise<MemoryAnswer> {
  return await memory({ kind: "show", id: idOf(param("id")) }, signal);
}

const LISTS = {
  review: { label: "To review", states: ["staged"] },
  active: { label: "Kept", states: ["active"] },
  all: { label: "All", states: ["active", "staged", "superseded"] },
} as const satisfies Record<string, { label: string; states: readonly NoteState[] }>;

type ListName = keyof typeof LISTS;
const NAMES: readonly ListName[] = ["review", "active", "all"];

async function listPage({ memory, rules }: MemoryParts, visit: Visit): Promise<View> {
  const { query, signal } = visit;
  const search = (query("q") ?? "").trim().slice(0, LONGEST_NOTE);
  const name = NAMES.find((one) => one === query("show")) ?? "review";
  const lists =
    search === ""
      ? await memory({ kind: "list", states: LISTS[name].states }, signal)
      : await memory({ kind: "search", query: search, most: 20 }, signal);
  const page = Math.max(1, numberIn(query("page"), 1));
  const part = lists.notes.slice((page - 1) * ON_PAGE, page * ON_PAGE);
  const address = (at: number): string => `${PATH}?show=${name}&page=${at}`;
  const title = search === "" ? LISTS[name].label : `Found for “${search.slice(0, 80)}”`;
  const body = [notesOf(visit, part, emptyOf(name, search)), episodesOf(lists, visit)];
  return {
    title: "Memory",
    beside: searchForm(search),
    main: html`${filters(search === "" ? name : undefined)}${section(title, body, html`<span>${count(lists.notes.length)}</span>`)}
${pager({
  about: "notes",
  newer: page > 1 ? address(page - 1) : undefined,
  older: page * ON_PAGE < lists.notes.length ? address(page + 1) : undefined,
})}`,
    aside: html`${section("Add a note", addNote(visit))}${rules !== undefined && (await rulesSection(rules, visit))}`,
  };
}

function filters(current: ListName | undefined): Html {
  const links = NAMES.map((name) => {
    const here: Piece = name === current && html` aria-current="true"`;
    return html`<li><a href="${PATH}?show=${name}"${here}>${LISTS[name].label}</a></li>`;
  });
  return html`<nav aria-label="Which notes"><ul class="filters">${links}</ul></nav>`;
}

function searchForm(search: string): Html {
  return html`<form method="get" action="${PATH}" class="inline" role="search"><label for="q" class="unseen">Search</label>
<input id="q" name="q" type="search" value="${search}" placeholder="What is looked for?" maxlength="${LONGEST_NOTE}"><button type="submit">Search</button></form>`;
}

function emptyOf(name: ListName, search: string): Html {
  if (search !== "") return emptyNote("Nothing was found.");
  if (name === "review") return emptyNote("No note waits for your review.");
  return html`${emptyNote("No note is kept. Save one here, or in a room by /memory add.")}${commandLine('org memory add "…"')}`;
}

function notesOf(visit: Visit, notes: readonly Note[], empty: Html): Html {
  if (notes.length === 0) return empty;
  return html`<ul class="notes">${notes.map((note) => noteItem(visit, note))}</ul>`;
}

const TONES: Readonly<Record<Note["trust"], Tone | "busy">> = {
  human: "good",
  model: "plain",
  untrusted: "busy",
};

function noteItem(visit: Visit, note: Note): Html {
  const { id, text, savedAt, room, kind } = note;
  const from: Piece =
    room !== undefined && html` · from <a href="/ui/rooms/${encodeURIComponent(room)}">${room}</a>`;
  return html`<li><p class="words">${visit.clean(text)}</p>
<p class="remark"><a href="${pathOf(id)}">${noteName(id)}</a> · ${kind} · saved ${ago(savedAt)}${from} ${states(note)}</p>
<div class="actions">${decisions(visit, note)}</div></li>`;
}

function states({ trust, state, supersededBy, proposes }: Note): readonly Piece[] {
  return [
    badge(trust, TONES[trust]),
    state === "staged" && badge("waits for you", "busy"),
    supersededBy !== undefined && badge(`${noteName(supersededBy)} replaced it`),
    proposes !== undefined && badge(`for ${noteName(proposes)}`),
  ];
}

function decisions(visit: Visit, { id, trust, state }: Note): readonly Piece[] {
  const name = noteName(id);
  const isOwn = trust === "human" && state === "active";
  return [
    !isOwn && postButton(visit, { to: pathOf(id, "/trust"), label: "Trust", about: name }),
    html`<a class="button danger" href="${pathOf(id, "/forget")}">Forget…<span class="unseen"> ${name}</span></a>`,
  ];
}

function pathOf(id: number, page = ""): string {
  return `${PATH}/${noteName(id)}${page}`;
}

/** Said in rooms once; the words of a search have led there. */
function episodesOf({ episodes }: MemoryAnswer, { clean }: Visit): Piece {
  if (episodes.length === 0) return "";
  const rows = episodes.map(
    ({ room, firstSeq, at, text }) => html`<li><p class="words">${clean(text)}</p>
<p class="remark">in <a href="/ui/rooms/${encodeURIComponent(room)}">${room}</a> from line ${firstSeq} · ${ago(at)}</p></li>`,
  );
  return html`<h3>Said in rooms</h3><ul class="notes">${rows}</ul>`;
}

function addNote(visit: Visit): Html {
  return postForm(visit, {
    ...{ to: PATH, shape: "stacked" },
    fields: html`<label for="text">What should be kept?</label><textarea id="text" name="text" rows="3" minlength="3" maxlength="${LONGEST_NOTE}" required></textarea>
<label for="kind">Kind</label><select id="kind" name="kind"><option value="fact">fact</option><option value="procedure">procedure</option></select>
<button type="submit" class="button main">Keep it</button>`,
  });
}

function notePage(visit: Visit, { notes: [note], source }: MemoryAnswer): View {
  if (note === undefined) throw new Error("No note was shown");
  const { id, text, scope, origin, room, seq, seen, used, savedAt, kind, quote } = note;
  const sourceText = source?.text ?? quote;
  const statement: Piece =
    sourceText !== undefined &&
    section("The words it was made of", block(visit.clean(sourceText), "Source"));
  const where = room === undefined ? "" : ` in ${room}${seq === undefined ? "" : `, line ${seq}`}`;
  return {
    title: noteName(id),
    beside: html`<span class="actions">${decisions(visit, note)}</span>`,
    main: html`${section("Note", html`<p class="words">${visit.clean(text)}</p>`)}${statement}`,
    aside: section(
      "About it",
      facts([
        ["State", html`${states(note)}`],
        ["Kind", kind],
        ["From", `${origin}${where}`],
        ["For", scope === "room" ? "every persona of this home" : scope],
        ["Saved", html`${moment(savedAt)}, ${seen}×`],
        ["Recalled", `${used}×`],
      ]),
    ),
  };
}

function forgetQuestion(visit: Visit, { notes: [note] }: MemoryAnswer): View {
  if (note === undefined) throw new Error("No note was shown");
  const { id, text } = note;
  return confirmView(visit, {
    title: `Forget ${noteName(id)}?`,
    says: [
      html`<p class="words">${visit.clean(text)}</p>`,
      html`<p>Its text is overwritten and not learnt again. Older backups keep it.</p>`,
    ],
    to: pathOf(id, "/forget"),
    ...{ label: "Forget it", back: pathOf(id), command: `org memory forget ${noteName(id)}` },
  });
}
