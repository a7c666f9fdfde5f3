import { OrgError } from "#core/errors.ts";
import type { LearntNote, NoteDraft } from "#core/memory.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { cleanDraft } from "./clean-draft.ts";
import type { NoteVectors } from "./note-vectors.ts";
import type { ReadyDraft, ReadyLesson } from "./note-writer.ts";

interface Readying {
  readonly cleaner: TextCleaner;
  readonly vectors: NoteVectors;
}

/** A draft that can be written: cleaned and embedded. @throws {OrgError} as {@link cleanDraft} */
export async function readyDraft(
  draft: NoteDraft,
  { cleaner, vectors }: Readying,
): Promise<ReadyDraft> {
  const clean = cleanDraft(draft, cleaner);
  const vector = await vectors.vectorOf(clean.text, "document");
  return { ...draft, ...clean, scope: draft.scope ?? "room", vector };
}

/** The same for what was learnt; without what cannot be written. */
export async function readyLessons(
  notes: readonly LearntNote[],
  readying: Readying,
): Promise<readonly ReadyLesson[]> {
  const ready: ReadyLesson[] = [];
  for (const { draft, by, isUpdate } of notes) {
    try {
      ready.push({ draft: await readyDraft(draft, readying), by, isUpdate });
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
    }
  }
  return ready;
}
