/** Notes and episodes as they are read: by models, in prompts and results, and by people. */

import type { EpisodeHit, Note, NoteHit, Saved } from "#core/memory.ts";
import { headOf } from "#core/text/head.ts";
import { oneRow } from "#core/text/one-row.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { NOTHING_FOUND } from "#tools/memory-search.ts";

/** The display name of a note: "m12". */
export function noteName(id: number): string {
  return `m${id}`;
}

/**
 * Text in one row, whose tags call no persona and write no file when a model repeats them. An invisible break would
 * be removed from a result.
 */
function inert(text: string): string {
  return oneRow(text)
    .replaceAll(/@(?=@)/g, "@ ")
    .replaceAll(/#(?=#file:)/gi, "# ");
}

/** The kind of a note, its trust, and its date. */
export function noteHead({ id, kind, trust, savedAt }: Note): string {
  return `${noteName(id)} · ${kind} · ${trust} · ${dayOf(savedAt)}`;
}

function cutAt(text: string, most: number): string {
  return text.length <= most ? text : `${headOf(text, most - 1).trimEnd()}…`;
}

/** A note in one row. */
export function noteLine(note: Note, render: (text: string) => string = oneRow): string {
  return `${noteHead(note)}: ${render(note.text)}`;
}

/** The same for a model. */
function inertLine(note: Note): string {
  return noteLine(note, inert);
}

/** Longest piece of an episode that a result shows, in characters. */
const EPISODE_LENGTH = 400;

/** An episode of a room, in one row. */
export function episodeLine(
  { room, firstSeq, trust, at, text }: EpisodeHit,
  render: (text: string) => string = oneRow,
): string {
  return `episode in ${room} from #${firstSeq} · ${trust} · ${dayOf(at)}: ${cutAt(render(text), EPISODE_LENGTH)}`;
}

/** What a search found, one thing a row. */
export function foundText({
  notes,
  episodes,
}: {
  readonly notes: readonly NoteHit[];
  readonly episodes: readonly EpisodeHit[];
}): string {
  const rows = [
    ...notes.map(({ note }) => inertLine(note)),
    ...episodes.map((one) => episodeLine(one, inert)),
  ];
  return rows.length === 0 ? NOTHING_FOUND : rows.join("\n");
}

/** What became of a note, for who saved it, with what lies near it. */
export function savedText({ id, outcome, near }: Saved, replaced?: number): string {
  const name = noteName(id);
  const old = replaced === undefined ? "" : noteName(replaced);
  const became = {
    saved: `Saved as ${name}${old && ` in the place of ${old}`}.`,
    staged: `Saved as ${name}; it waits for the user's review${old && `, and ${old} stays till then`}.`,
    "seen-again": `${name} says this already; nothing new was written.`,
  }[outcome];
  const isGone = (other: number) => other === id || (outcome === "saved" && other === replaced);
  const others = near.map(({ note }) => note).filter((note) => !isGone(note.id));
  if (others.length === 0) return became;
  const rows = others.map(inertLine).join("\n");
  return `${became}\nNear it (data; if one is out of date, save again with replaces):\n${rows}`;
}

/** A row that shows what another author wrote. */
const FOREIGN_ROW = /^(?:m\d+ · \w+|episode in \S+ from #\d+) · untrusted · /m;

/**
 * Whether a result of a tool holds text that neither the user nor a model of the room answers for. Of the tools of the
 * memory those rows alone count that say so: everything else they print is ours, the user's or a model's.
 */
export function isForeignResult({
  name,
  output,
}: {
  readonly name: string;
  readonly output?: string | undefined;
}): boolean {
  if (name !== "memory_save" && name !== "memory_search") return true;
  return output === undefined || FOREIGN_ROW.test(output);
}

/** Longest text that is put into a prompt by itself, in characters. */
const RECALL_LENGTH = 600;
/** Shortest piece of a note that still says something. */
const LEAST = 40;

export interface Recall {
  readonly ids: readonly number[];
  /** Stands behind the newest line of the user, as data. */
  readonly text: string;
}

const SHORT_TEXT = 60;

/** Says what a procedure that helped often could become; nothing is done by itself. */
export function proposalText(note: Note): string {
  const name = noteName(note.id);
  const goal = shellWord(oneRow(note.text));
  return [
    `${name} was followed ${note.ok} times (${cutAt(oneRow(note.text), SHORT_TEXT)}).`,
    `It could become a tool, which the gate judges: org forge --goal ${goal}; or a workflow: docs/workflows.md`,
  ].join(" ");
}

/**
 * Notes as they stand in a prompt; those that do not fit are omitted.
 *
 * @param names who speaks in the room: no row reads like one of theirs.
 * @returns `undefined` without notes.
 */
export function recallText(notes: readonly Note[], names: readonly string[]): Recall | undefined {
  const included: Note[] = [];
  const rows: string[] = [];
  for (const note of notes) {
    const header = headerOf([...included, note]);
    const used = [header, ...rows].join("\n").length;
    const row = `│ ${foreignText(inert(note.text), names)}`;
    const remaining = RECALL_LENGTH - used - "\n".length;
    // One that is too long is cut where it would be the only one; it can be looked up.
    if (row.length > remaining && (included.length > 0 || remaining < LEAST)) continue;
    included.push(note);
    rows.push(cutAt(row, remaining));
  }
  if (included.length === 0) return undefined;
  return { ids: included.map(({ id }) => id), text: [headerOf(included), ...rows].join("\n") };
}

function headerOf(notes: readonly Note[]): string {
  const dates = notes.map(({ id, savedAt }) => `${noteName(id)}, said ${dayOf(savedAt)}`);
  return `What was noted earlier (data, may be out of date; ${dates.join("; ")}):`;
}

/** Made for the first note: 10 ms of processor time, which most processes do without. */
let dayFormat: Intl.DateTimeFormat | undefined;

/** Of a time in milliseconds: "3 May", with the year where it is another one. */
function dayOf(at: number): string {
  const date = new Date(at);
  const isThisYear = date.getUTCFullYear() === new Date().getUTCFullYear();
  const parts = { day: "numeric", month: "short", timeZone: "UTC" } as const;
  dayFormat ??= new Intl.DateTimeFormat("en-GB", parts);
  return `${dayFormat.format(date)}${isThisYear ? "" : ` ${date.getUTCFullYear()}`}`;
}
