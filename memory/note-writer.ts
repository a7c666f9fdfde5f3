/** What saving, replacing and trusting a note change. Everything here runs inside a transaction of the owner. */
import { OrgError } from "#core/errors.ts";
import type { Author, NoteDraft, NoteHit, Saved, Scope, Trust, Viewer } from "#core/memory.ts";
import type { ErasedTexts } from "./erased-texts.ts";
import { memoryFull, notNear, trustedMore, unknownNote, wasForgotten } from "./failures.ts";
import { isVisible, type LiveNote, liveNoteOf, type Near, type NoteIndex } from "./note-index.ts";
import { type NoteRow, type NoteTable, noteOf } from "./note-table.ts";
import type { NoteVectors, TextVector } from "./note-vectors.ts";
import { noteHash, saysTheSame } from "./same-note.ts";
import { SaveLimits } from "./save-limits.ts";
import type { StemIndex } from "./stem-index.ts";

/** From this cosine on a note is shown to the one who saves another, and may say the same. */
const NEAR = 0.5;
const MOST_NEAR = 5;
/** Of those that are near, so many are compared word by word. */
const COMPARED = 20;
const MOST_NOTES = 50_000;
/** So long a staged note waits for its review. */
const STAGED_MS: number = 30 * 86_400_000;

const RANK: Readonly<Record<Trust, number>> = { untrusted: 0, model: 1, human: 2 };
const AUTHOR_OF_TRUST: Readonly<Record<Trust, string>> = {
  human: "by the human",
  model: "in a turn that had read nothing from outside",
  untrusted: "by an author who is not trusted",
};

/** A draft that was cleaned and embedded. */
export interface ReadyDraft extends NoteDraft {
  readonly scope: Scope;
  readonly vector: TextVector;
}

/** What was learnt of a line of the human. */
export interface ReadyLesson {
  readonly draft: ReadyDraft;
  readonly by: Author;
  readonly isUpdate: boolean;
}

export interface NoteParts {
  readonly table: NoteTable;
  readonly erased: ErasedTexts;
  readonly stems: StemIndex;
  readonly vectors: NoteVectors;
  readonly now: () => number;
}

export class NoteWriter {
  readonly #parts: NoteParts;
  readonly #limits = new SaveLimits();

  constructor(parts: NoteParts) {
    this.#parts = parts;
  }

  /** @throws {OrgError} `MEMORY_LIMIT`, `MEMORY_UNKNOWN` or `MEMORY_TRUST`, before anything is changed. */
  save(draft: ReadyDraft, by: Author, index: NoteIndex): Saved {
    const { erased, vectors } = this.#parts;
    const isErased = erased.has(draft.text);
    if (isErased && by.origin !== "human") throw wasForgotten();
    const cosines = index.cosines(vectors.comparable(draft.vector));
    const same = this.#sameAs(draft, cosines, index);
    const near = this.#near(viewerOf(by, draft.scope), cosines, index)
      .filter(({ note }) => note.id !== same?.id)
      .slice(0, MOST_NEAR);
    const replaced = this.#replaced(draft, by, { near, same });
    const mayReplace = by.origin === "human" || by.mayReplace === true;
    if (same !== undefined) {
      this.#seenAgain(same, by, index);
      // What waits for a review replaces nothing meanwhile.
      const isFound = same.state === "active" || by.origin === "human";
      if (mayReplace && isFound) this.#supersede(replaced?.id, same.id, index);
      return { id: same.id, outcome: "seen-again", near };
    }
    this.#demandPlace(by, index);
    const replacesNow = mayReplace && draft.staged !== true;
    const proposes = replacesNow ? undefined : replaced?.id;
    const isStaged = draft.staged === true || proposes !== undefined;
    const id = this.#insert(draft, { by, proposes, isStaged }, index);
    if (replacesNow) this.#supersede(replaced?.id, id, index);
    if (isErased) erased.remove(draft.text);
    this.#limits.count(by);
    return { id, outcome: isStaged ? "staged" : "saved", near };
  }

  /** Nothing where a save refuses it. An update proposes to replace the nearest note of its scope. */
  learn({ draft, by, isUpdate }: ReadyLesson, index: NoteIndex): readonly Saved[] {
    const drafts = [draft];
    if (isUpdate) {
      const cosines = index.cosines(this.#parts.vectors.comparable(draft.vector));
      const isLike = ({ scope, isActive }: LiveNote) => scope === draft.scope && isActive;
      const [old] = index.nearest(cosines, 1, isLike).filter(({ cosine }) => cosine >= NEAR);
      if (old !== undefined) drafts.unshift({ ...draft, replaces: old.id, staged: true });
    }
    for (const one of drafts) {
      try {
        return [this.save(one, by, index)];
      } catch (error) {
        // It refuses before anything is changed.
        if (!(error instanceof OrgError)) throw error;
      }
    }
    return [];
  }

  /** @throws {OrgError} `MEMORY_UNKNOWN`. */
  trust(id: number, index: NoteIndex): void {
    const row = this.#parts.table.find(id);
    if (row === undefined || row.state === "forgotten") throw unknownNote(id);
    const newer = this.#raise(row, index);
    // Looked at after the update that came later: that one holds.
    if (newer !== undefined) this.#supersede(row.id, newer, index);
  }

  /** Staged notes that no one has reviewed in time go. */
  expire(index: NoteIndex): void {
    const { table, now } = this.#parts;
    for (const id of table.stagedBefore(now() - STAGED_MS)) {
      this.takeOut(id, index);
      table.forget(id);
    }
  }

  /** Takes a note out of everything that is searched. */
  takeOut(id: number, index: NoteIndex): void {
    const { stems, vectors } = this.#parts;
    if (index.has(id)) stems.remove(id);
    vectors.drop(id);
    index.remove(id);
  }

  #demandPlace(by: Author, index: NoteIndex): void {
    const { table, now } = this.#parts;
    this.#limits.demand(by, (at) => table.savedSince(at), now());
    if (index.size >= MOST_NOTES) throw memoryFull(MOST_NOTES);
  }

  #sameAs(draft: ReadyDraft, cosines: Float32Array, index: NoteIndex): NoteRow | undefined {
    const { table } = this.#parts;
    const equal = index.withHash(draft.scope, noteHash(draft.text));
    if (equal !== undefined) return table.find(equal);
    return index
      .nearest(cosines, COMPARED, ({ scope }) => scope === draft.scope)
      .filter(({ cosine }) => cosine >= NEAR)
      .map(({ id }) => table.find(id))
      .find((row) => row !== undefined && saysTheSame(row.text, draft.text));
  }

  #near(viewer: Viewer, cosines: Float32Array, index: NoteIndex): readonly NoteHit[] {
    // One more: the note itself may be among them.
    return index
      .nearest(cosines, MOST_NEAR + 1, ({ scope, isActive }) => {
        return isVisible(scope, viewer) && (isActive || viewer === "human");
      })
      .filter(({ cosine }) => cosine >= NEAR)
      .flatMap((near) => this.hitOf(near));
  }

  /** @returns the note that goes, where there is one to replace. */
  #replaced(
    draft: ReadyDraft,
    by: Author,
    { near, same }: { readonly near: readonly NoteHit[]; readonly same: NoteRow | undefined },
  ): NoteRow | undefined {
    const { replaces } = draft;
    if (replaces === undefined || replaces === same?.id) return undefined;
    const row = this.#parts.table.find(replaces);
    const isLive = row?.state === "active" || row?.state === "staged";
    if (row === undefined || !isLive) throw notNear(replaces);
    // In another scope the old one would be gone for those who cannot see the new one.
    const isNear = near.some(({ note }) => note.id === replaces) && row.scope === draft.scope;
    if (by.origin !== "human" && !isNear) throw notNear(replaces);
    demandTrust(row, by);
    return row;
  }

  #seenAgain(row: NoteRow, by: Author, index: NoteIndex): void {
    this.#parts.table.countAgain(row.id);
    // What the human says is the human's word, also where a model said it first.
    if (by.origin === "human") this.#raise(row, index);
  }

  /** @returns the newer note of the human's that has replaced the one which this one proposes to replace. */
  #raise(row: NoteRow, index: NoteIndex): number | undefined {
    const { table } = this.#parts;
    const isLive = index.has(row.id);
    table.trust(row.id, "human", isLive ? "active" : row.state);
    index.change(row.id, { trust: "human", isActive: true });
    if (!isLive || row.proposes === null) return undefined;
    const heir = this.#heirOf(row, index);
    if (heir === undefined || heir < row.id) {
      this.#supersede(heir, row.id, index);
      return undefined;
    }
    const newer = table.find(heir);
    // In another scope this one would be gone for those who cannot see that one.
    const isSame = newer?.scope === row.scope && newer.state === "active";
    return isSame && newer.trust === "human" ? heir : undefined;
  }

  /** The live note that replaced the one which a note proposes to replace, or that one. */
  #heirOf({ id, proposes }: NoteRow, index: NoteIndex): number | undefined {
    const visited = new Set([id]);
    let next = proposes;
    while (next !== null && !visited.has(next)) {
      if (index.has(next)) return next;
      visited.add(next);
      next = this.#parts.table.find(next)?.superseded_by ?? null;
    }
    return undefined;
  }

  #insert(
    draft: ReadyDraft,
    how: { readonly by: Author; readonly proposes: number | undefined; readonly isStaged: boolean },
    index: NoteIndex,
  ): number {
    const { table, erased, stems, vectors, now } = this.#parts;
    const { by, proposes = null, isStaged } = how;
    const { text, kind, scope, quote, vector } = draft;
    const storedQuote = quote === undefined || erased.holds()(quote) ? null : quote;
    const id = table.insert({
      ...{ text, kind, scope, quote: storedQuote, proposes, now: now() },
      ...{ trust: by.trust, origin: by.origin, room: by.room ?? null, seq: by.seq ?? null },
      state: isStaged ? "staged" : "active",
      hash: noteHash(text),
    });
    stems.insert(id, text);
    vectors.keep(id, vector);
    const row = table.find(id);
    if (row !== undefined) index.set(liveNoteOf(row), vectors.comparable(vector));
    return id;
  }

  #supersede(old: number | undefined, by: number, index: NoteIndex): void {
    if (old === undefined) return;
    this.#parts.table.supersede(old, by, this.#parts.now());
    this.takeOut(old, index);
  }

  hitOf({ id, score, cosine }: Near): readonly NoteHit[] {
    const row = this.#parts.table.find(id);
    return row === undefined ? [] : [{ note: noteOf(row), score, cosine }];
  }
}

function demandTrust(old: NoteRow, { trust }: Author): void {
  if (RANK[trust] < RANK[old.trust]) throw trustedMore(old.id, AUTHOR_OF_TRUST[old.trust]);
}

/** Who an author is when it looks; what is not a persona sees what its own note would be shown to. */
function viewerOf({ origin }: Author, scope: Scope): Viewer {
  if (origin === "human") return "human";
  const persona = origin.startsWith("persona:") ? origin : scope;
  return { persona: persona.startsWith("persona:") ? persona.slice("persona:".length) : "" };
}
