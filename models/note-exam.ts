/** Whether a language model can tell what is worth a note from a remark that is over soon: asked once, and kept. */
import { z } from "zod";
import { objectIn } from "#core/json.ts";
import type { ProfileStore } from "./profile-store.ts";
import type { ChatRequest } from "./provider.ts";

/** Statements of a user, and whether each is worth knowing in some months. */
export const STATEMENTS: readonly (readonly [sentence: string, lasts: boolean])[] = [
  ["Our payroll runs on the 25th of each month.", true],
  ["The soup needs more salt, I think.", false],
  ["My brother is deaf in one ear.", true],
  ["Three of the drawers are labelled.", false],
  ["The driver is stuck behind a tractor.", false],
  ["We number our invoices by year and month.", true],
  ["Half the team would rather meet by the sea.", false],
  ["Nina signs every contract with suppliers.", true],
  ["The blue sketch looks warmer than the grey one.", false],
  ["I write my letters in Portuguese.", true],
  ["If the rain stops we paint the fence first.", false],
  ["The archive keeps paper for ten years.", true],
  ["My back is killing me after that drive.", false],
  ["Guests of ours park behind the barn.", true],
  ["Then we take the smaller hall, I suppose.", false],
  ["The caterer forgot the spoons.", false],
];

/** So many right ones are a pass: a model that names all of them or none has nine at most. */
const LEAST_RIGHT = 15;
const MOST_TOKENS = 120;

const SHAPE = {
  name: "lasting",
  schema: {
    type: "object",
    properties: { lasting: { type: "array", items: { type: "integer" } } },
    required: ["lasting"],
  },
} as const;

const answerSchema = z.object({ lasting: z.array(z.int()) });

/** One question about all of them. */
export const NOTE_EXAM: Omit<ChatRequest, "model"> = {
  messages: [
    {
      role: "user",
      content: [
        "Below are sentences that people said in a chat. Some of them will still be true and worth knowing in some months:",
        "how people, teams and things are, what they do again and again, rules and preferences.",
        "The others are remarks: what happens at the moment, moods, opinions, plans, what is over soon.",
        ...STATEMENTS.map(([sentence], at) => `${at + 1}. ${sentence}`),
        'Answer with the numbers of those worth knowing in some months, as JSON: {"lasting": [1, 2]}',
      ].join("\n"),
    },
  ],
  tools: [],
  temperature: 0,
  shape: SHAPE,
  maxTokens: MOST_TOKENS,
};

/** Whether an answer to it is a pass; what is not an answer is none. */
export function passesNoteExam(text: string): boolean {
  const answer = answerSchema.safeParse(objectIn(text));
  if (!answer.success) return false;
  const named = new Set(answer.data.lasting);
  return STATEMENTS.filter(([, lasts], at) => named.has(at + 1) === lasts).length >= LEAST_RIGHT;
}

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
