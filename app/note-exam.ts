/** Asks once for each model whether it can tell what is worth a note from a remark, and keeps the answer. */
import { NOTE_EXAM, passesNoteExam } from "#models/note-exam.ts";
import type { ProfileStore } from "#models/profile-store.ts";
import type { ChatRequest } from "#models/provider.ts";

interface ExamParts {
  readonly store: Pick<ProfileStore, "get" | "update">;
  readonly endpoint: string;
  readonly model: string;
  readonly ask: (wish: Omit<ChatRequest, "model">) => Promise<string>;
}

/** @throws what `ask` throws: nothing is known of the model then. */
export async function takesNoteExam({ store, endpoint, model, ask }: ExamParts): Promise<boolean> {
  const { mayNote } = await store.get(endpoint, model);
  if (mayNote !== undefined) return mayNote;
  const passed = passesNoteExam(await ask(NOTE_EXAM));
  await store.update([endpoint, model], (kept) => ({ ...kept, mayNote: passed }));
  return passed;
}
