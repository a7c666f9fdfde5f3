/**
 * What a home keeps of its rooms beyond one conversation: notes, which a user or a model saved, and episodes, which are exchanges
 * of the journal found again. The contract; `memory/` keeps it in SQLite.
 */

import type { FrozenFile } from "./frozen-file.ts";
import type { Journal } from "./journal.ts";

/** What a note is: something that is so, how something is done, or what was concluded from other notes. */
export type NoteKind = (typeof NOTE_KINDS)[number];

export const NOTE_KINDS = ["fact", "procedure", "insight"] as const;

/** Staged notes wait for a human's review; superseded and forgotten ones are never found. */
export type NoteState = "staged" | "active" | "superseded" | "forgotten";

/**
 * How far a note is trusted. That belongs to the turn that saved it, never to its text: a turn that has read tool output, a file
 * or an untrusted note saves untrusted ones. Only a human raises it.
 */
export type Trust = "human" | "model" | "untrusted";

/** Who sees it: every persona of the room's home, or one persona and the human. */
export type Scope = "room" | `persona:${string}`;

export interface NoteDraft {
  /** 3 to 1,000 characters. */
  readonly text: string;
  readonly kind: NoteKind;
  readonly scope?: Scope;
  /** The note that this one replaces; one of the near ones that a save has listed. */
  readonly replaces?: number;
  /** The human's own text that it was made of. */
  readonly quote?: string;
  /** True where a human is to review it before anyone finds it. */
  readonly staged?: boolean;
}

/** Who saves; made by the room, never from a model's arguments. */
export interface Author {
  readonly trust: Trust;
  /** `human`, `persona:<id>`, `tool:<name>`, `observer`. */
  readonly origin: string;
  readonly room?: string;
  /** The message of the human in that room that it comes from, or from an answer to it. */
  readonly seq?: number;
  /** Id of the turn that saves: 5 notes each. Without it those of one event count together. */
  readonly turn?: string;
  /**
   * Whether a model may replace another note with its own; else its note waits for a human's review.
   *
   * @default false
   */
  readonly mayReplace?: boolean;
}

/** Who asks: the human sees all, a persona what everyone may see and its own. */
export type Viewer = "human" | { readonly persona: string };

export interface Note {
  readonly id: number;
  readonly text: string;
  readonly kind: NoteKind;
  readonly state: NoteState;
  readonly trust: Trust;
  readonly scope: Scope;
  readonly origin: string;
  readonly room: string | undefined;
  readonly seq: number | undefined;
  readonly quote: string | undefined;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly supersededBy: number | undefined;
  /** The note that a staged one replaces once a human trusts it. */
  readonly proposes: number | undefined;
  /** How often it was saved. */
  readonly seen: number;
  /** How often it was recalled. */
  readonly used: number;
  /** How often a turn that had recalled it came to a whole answer. */
  readonly ok: number;
}

export interface NoteHit {
  readonly note: Note;
  /** What ranks it; higher is nearer. */
  readonly score: number;
  /** How alike the meaning is, -1 to 1. */
  readonly cosine: number;
}

/** An exchange of a room: the human's line and the answers. */
export interface EpisodeHit {
  readonly room: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * At most 1,200 characters, cleaned: `user: …` and `<persona>: …`, a line each; `| ` stands before every further line of
   * what one of them said.
   */
  readonly text: string;
  /** `untrusted` where the answers come from a persona that had read tool output or a file in that exchange. */
  readonly trust: "model" | "untrusted";
  readonly score: number;
}

export interface SearchOptions {
  /** Of each kind; 5 when absent, at most 20. */
  readonly most?: number;
  /** Notes of this trust alone. @default of any */
  readonly trust?: Trust;
  /** Episodes are not looked for. @default false */
  readonly notesOnly?: boolean;
  readonly signal?: AbortSignal;
}

export interface Saved {
  readonly id: number;
  /** `seen-again`: the same was there already; nothing new was written. */
  readonly outcome: "saved" | "seen-again" | "staged";
  /** The 5 nearest of at least cosine 0.5, for the one who saves to say whether one is replaced. */
  readonly near: readonly NoteHit[];
}

/** What an observer of a room keeps of a line of the human. */
export interface LearntNote {
  readonly draft: NoteDraft;
  readonly by: Author;
  /** It reads as if it replaced another note: where one is near, it waits for a human to say so. */
  readonly isUpdate: boolean;
}

/** A line of a room, for {@link Memory.isErased}. */
export interface RoomLine {
  readonly room: string;
  readonly seq: number;
  readonly text: string;
}

export interface MemoryReport {
  readonly notes: number;
  readonly staged: number;
  readonly episodes: number;
  /** What is wrong, a sentence each; empty when all is well. */
  readonly problems: readonly string[];
}

/** The memory of a home. Everything that writes resolves once it is on disk. */
export interface Memory extends AsyncDisposable {
  /**
   * A human's `replaces` may name any note, a model's only one of those that are near. A model that may not replace saves a
   * staged note, which waits for {@link trust}.
   *
   * @throws OrgError MEMORY_SECRET, MEMORY_TOO_LONG, MEMORY_LIMIT, MEMORY_UNKNOWN, MEMORY_TRUST, and INPUT_INVALID for a
   *   text without words; nothing is written then.
   */
  save(draft: NoteDraft, by: Author): Promise<Saved>;
  search(
    question: string,
    who: Viewer,
    options?: SearchOptions,
  ): Promise<{ readonly notes: readonly NoteHit[]; readonly episodes: readonly EpisodeHit[] }>;
  /** The newest first; of the requested states, active ones when absent. */
  list(who: Viewer, states?: readonly NoteState[]): readonly Note[];
  /** @throws OrgError MEMORY_UNKNOWN. */
  show(id: number, who: Viewer): Note;
  /**
   * A human's decision alone: text, quote, vector and search rows are overwritten.
   *
   * @returns numbers of the notes whose longer text holds the same words; they stay.
   * @throws OrgError MEMORY_UNKNOWN.
   */
  forget(id: number): Promise<readonly number[]>;
  /**
   * A human's decision alone: the note is trusted as the human's own word from now on, and active; the one that it
   * proposed to replace is superseded. @throws OrgError MEMORY_UNKNOWN.
   */
  trust(id: number): Promise<void>;
  /** Says that notes were put into a prompt. */
  recalled(ids: readonly number[]): Promise<void>;
  /**
   * Says that a turn with notes in its prompt came to a whole answer.
   *
   * @returns the procedures among them that helped so often now that a tool or a workflow could do it; each once.
   */
  helped(ids: readonly number[]): Promise<readonly Note[]>;
  /**
   * Makes episodes of the exchanges that came since the last call, of one room or of all: call it when a home is opened and
   * at the end of each exchange. Reads no further back than it must.
   *
   * @returns how many episodes were written.
   */
  index(journal: Journal, room?: string): Promise<number>;
  /** Throws all episodes away and makes them anew; what was forgotten stays away. @returns how many had been others. */
  reindex(journal: Journal): Promise<number>;
  /** Number of the last entry of a room that was observed; 0 where none was. */
  observedThrough(room: string): number;
  /** Whether a line holds what a human had forgotten, or a forgotten note came from it: it is not observed again. */
  isErased(line: RoomLine): boolean;
  /**
   * Keeps what was learnt of a room, and in the same commit that it was observed through an entry: a process that is killed
   * before begins again, and one that comes second changes nothing. What a save would refuse is omitted.
   *
   * @returns what became of each note that was not omitted.
   */
  learn(
    observed: { readonly room: string; readonly through: number },
    notes: readonly LearntNote[],
  ): Promise<readonly Saved[]>;
  verify(): Promise<MemoryReport>;
  /** Copies the memory, compacted and as of now, to another file: what a candidate begins with. */
  copyTo(path: string): Promise<void>;
  /** For a backup by another process: until it is disposed of, the file is read without a lock. */
  freeze(): FrozenFile;
}
