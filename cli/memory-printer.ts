/** What `org memory` prints: notes, episodes and what became of them, for a person or as JSON. */
import { EXIT } from "#core/error-codes.ts";
import type { Note } from "#core/memory.ts";
import { episodeLine, noteHead, noteLine, noteName } from "#room/memory-text.ts";
import type { MemoryAnswer } from "#server/socket/memory-service.ts";
import { CleanPrinter } from "./clean-printer.ts";

/** Of a longer list the newest are shown. */
const MAX_LISTED = 50;

/** Titles of a page by the kinds of its notes. */
const PAGE = { fact: "Facts", procedure: "Procedures", insight: "Insights" } as const;

export class MemoryPrinter extends CleanPrinter {
  notes(
    notes: readonly Note[],
    { action, all }: { readonly action: keyof typeof ROWS; readonly all: string },
  ): void {
    const listed = action === "export" || this.isJson ? notes : notes.slice(0, MAX_LISTED);
    if (notes.length === 0) this.say(action === "review" ? NONE_WAITS : NO_NOTES);
    const row = ROWS[action];
    for (const note of listed) {
      if (this.isJson) this.json(note);
      else this.write(row(note));
    }
    const omitted = notes.length - listed.length;
    const whole = action === "review" ? "org memory review --json" : `export${all}`;
    if (omitted > 0) this.say(`… and ${omitted} more; ${whole} shows all`);
    if (action === "review" && notes.length > 0) this.say(HOW_TO_REVIEW);
  }

  /** What is not trusted is not part of it: the page is read as the user's own. */
  page(notes: readonly Note[]): void {
    this.write("# What is kept");
    for (const [kind, title] of Object.entries(PAGE)) {
      const all = notes.filter((note) => note.kind === kind && note.trust !== "untrusted");
      if (all.length > 0) this.write(`\n## ${title}\n`);
      for (const { id, text } of all) this.write(`- ${text.replaceAll(/\s+/g, " ")} (m${id})`);
    }
  }

  found({ notes, episodes }: MemoryAnswer): void {
    if (this.isJson) {
      this.json({ notes, episodes });
      return;
    }
    for (const note of notes) this.write(`${noteLine(note)}${stateOf(note)}`);
    for (const episode of episodes) this.write(episodeLine(episode));
    if (notes.length + episodes.length === 0) this.say("Nothing was found.");
  }

  /** @param replaced the note whose place it takes */
  added({ notes: [note, ...others], outcome }: MemoryAnswer, replaced?: number): void {
    if (note === undefined || outcome === undefined) throw new Error("A note without an outcome");
    const near = others.filter(({ id }) => id !== replaced);
    const old = replaced === note.id ? undefined : replaced;
    if (this.isJson) {
      this.json({ outcome, note, near, replaced: old });
      return;
    }
    const name = noteName(note.id);
    const became = outcome === "seen-again" ? `${name} says this already` : `${name} ${outcome}`;
    this.write(old === undefined ? became : `${became}; it replaces ${noteName(old)}`);
    if (near.length === 0) return;
    this.say("Similar notes; use --replaces if the new one replaces one of them:");
    for (const other of near) this.say(`  ${noteLine(other)}`);
  }

  whole({ notes: [note], source }: MemoryAnswer): void {
    if (note === undefined) throw new Error("No note was shown");
    if (this.isJson) this.json({ note, source });
    else for (const row of rowsOf(note, source)) this.write(row);
  }

  done({
    id,
    done,
    note,
  }: {
    readonly id: number;
    readonly done: string;
    note?: Note | undefined;
  }): void {
    const by = note?.supersededBy;
    const why = by === undefined ? "" : `, but hidden: ${noteName(by)} replaced it`;
    if (this.isJson) this.json({ id, done, note });
    else this.write(`${noteName(id)} ${done}${why}`);
  }

  report({ report }: MemoryAnswer): number {
    if (report === undefined) throw new Error("The memory gave no report");
    const { notes, staged, episodes, problems } = report;
    const figures = `notes: ${notes}, to review: ${staged}, episodes: ${episodes}`;
    if (this.isJson) this.json(report);
    else
      this.write(
        [problems.length === 0 ? `✔ ${figures}` : `✘ ${figures}`, ...problems].join("\n  "),
      );
    return problems.length === 0 ? EXIT.done : EXIT.failed;
  }
}

const NO_NOTES = 'No note is kept. → org memory add "…", or /memory add … in a room';
const NONE_WAITS = "No note waits for your review.";
const HOW_TO_REVIEW =
  "→ org memory trust mN makes it count as yours, org memory forget mN deletes it; after 30 days it is deleted by itself";

function stateOf({ state, supersededBy, proposes }: Note): string {
  if (supersededBy !== undefined) return ` (${noteName(supersededBy)} replaced it)`;
  if (proposes !== undefined) return ` (for ${noteName(proposes)}, once you trust it)`;
  return state === "active" ? "" : ` (${state})`;
}

/** A note with where it came from, and the words there. */
function rowsOf(note: Note, source: MemoryAnswer["source"]): readonly string[] {
  const { text, scope, origin, room, quote, seen, used } = note;
  const sourceText = source?.text ?? quote;
  return [
    `${noteHead(note)}${stateOf(note)}`,
    ...text.split("\n").map((row) => `  ${row}`),
    `from   ${origin}${room === undefined ? "" : ` in${sourceOf(note)}`}`,
    ...(sourceText === undefined ? [] : [`words  ${sourceText.replace(/\s*\n\s*/g, "\n       ")}`]),
    `for    ${scope === "room" ? "every persona of this home" : scope}`,
    `saved  ${seen}×, recalled ${used}×`,
  ];
}

/** A note in a list; who decides about one wants to know where it was said. */
const ROWS: Readonly<Record<"list" | "review" | "export", (note: Note) => string>> = {
  list: (note) => `${noteLine(note)}${stateOf(note)}`,
  review: (note) => {
    const head = noteHead(note);
    const from = note.room === undefined ? "" : ` · from${sourceOf(note)}`;
    return `${head}${from}${noteLine(note).slice(head.length)}${stateOf(note)}`;
  },
  export: (note) => `- ${noteLine(note)}${stateOf(note)}`,
};

/** Of a note that came from a room. */
function sourceOf({ room = "", seq }: Note): string {
  return ` room ${room}${seq === undefined ? "" : `, line ${seq}`}`;
}
