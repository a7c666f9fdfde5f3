/** Whether a language model can tell a note that is no longer true from one that is merely like a new one. */
import { z } from "zod";
import type { BudgetLedger } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import { objectIn } from "#core/json.ts";
import { budgeted } from "./budgeted.ts";
import { completeText } from "./complete.ts";
import type { Model } from "./model.ts";
import type { ProfileStore } from "./profile-store.ts";
import type { Provider } from "./provider.ts";

interface Pair {
  readonly before: string;
  readonly now: string;
  /** What was noted before is wrong from now on. */
  readonly isUpdate: boolean;
}

const update = (before: string, now: string): Pair => ({ before, now, isUpdate: true });
const nearMiss = (before: string, now: string): Pair => ({ before, now, isUpdate: false });

export const PAIRS: readonly Pair[] = [
  update("The office is on the second floor.", "The office has moved to the fifth floor."),
  nearMiss("The library closes at eight.", "The swimming pool closes at nine."),
  nearMiss("Petra maintains the billing service.", "Petra learns to play the cello."),
  update("The build takes Node 18.", "The build takes Node 22 now."),
  update("Omar is on call this month.", "Lena is on call this month."),
  nearMiss("Reports are due on Mondays.", "The cleaners come on Mondays."),
  update("The test database is called shop_test.", "The test database is called shop_ci."),
  nearMiss(
    "The production API allows 100 calls a minute.",
    "The sandbox API allows 10 calls a minute.",
  ),
  nearMiss("Ivan is allergic to nuts.", "Ivan's sister is allergic to cats."),
  update(
    "We use tabs in Go files and in Makefiles.",
    "We use spaces in Go files and in Makefiles.",
  ),
  nearMiss("The Berlin office has 40 desks.", "The Oslo office has 12 desks."),
  update("Backups run every night.", "Backups run every six hours, no longer every night."),
];

/** So many right ones are a pass: all of them or none named as replaced are six. */
const LEAST_RIGHT = 11;
const MOST_TOKENS = 200;
const MOST_CHARACTERS = 4000;

const SHAPE = {
  name: "replaced",
  schema: {
    type: "object",
    properties: { replaced: { type: "array", items: { type: "integer" } } },
    required: ["replaced"],
  },
} as const;

const answerSchema = z.object({ replaced: z.array(z.int()) });

/**
 * Asks once for all pairs.
 *
 * @throws {OrgError} what the provider throws: the exam has no result then.
 */
export async function passesReplaceExam(
  provider: Provider,
  model: string,
  signal: AbortSignal,
): Promise<boolean> {
  const pairs = PAIRS.map(({ before, now }, at) => `${at + 1}. old: ${before} new: ${now}`);
  const content = [
    "Below are pairs of an old note and a new one. In some of them both can be true at the same time.",
    "In the others the new note says that the old one is wrong by now.",
    ...pairs,
    'Answer with the numbers of the pairs whose old note is wrong by now, as JSON: {"replaced": [1, 2]}',
  ].join("\n");
  const messages = [{ role: "user" as const, content }];
  const request = {
    model,
    messages,
    tools: [],
    temperature: 0,
    shape: SHAPE,
    maxTokens: MOST_TOKENS,
  };
  const { text } = await completeText(provider, request, {
    signal,
    maxCharacters: MOST_CHARACTERS,
  });
  const answer = answerSchema.safeParse(objectIn(text));
  if (!answer.success) return false;
  const replaced = new Set(answer.data.replaced);
  const right = PAIRS.filter(({ isUpdate }, at) => replaced.has(at + 1) === isUpdate);
  return right.length >= LEAST_RIGHT;
}

interface ExamParts {
  readonly store: ProfileStore;
  readonly lockOf: (endpoint: string) => ChannelLock;
  readonly budget: BudgetLedger;
}

/**
 * Lets a model say which note is no longer true once it has shown that it can tell. Asked once for each model, and kept. While it cannot be asked the model may not.
 *
 * @throws the reason of the signal.
 */
export function replaceExam({ store, lockOf, budget }: ExamParts) {
  return async (
    { provider, name }: Pick<Model, "provider" | "name">,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { endpoint } = provider;
    const { mayReplace } = await store.get(endpoint, name);
    if (mayReplace !== undefined) return mayReplace;
    try {
      using _lock = await lockOf(endpoint).waitForLock(Number.POSITIVE_INFINITY, {
        owner: "memory",
        signal,
      });
      const paid = budgeted(provider, budget.account("memory", "memory"));
      const passed = await passesReplaceExam(paid, name, signal);
      await store.update([endpoint, name], (kept) => ({ ...kept, mayReplace: passed }));
      return passed;
    } catch (error) {
      if (signal.aborted || !(error instanceof OrgError)) throw error;
      return false;
    }
  };
}
