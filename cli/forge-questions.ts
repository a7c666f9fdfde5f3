/** What `org forge` asks the human; every question can be answered with no, or with Esc. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { folderOf } from "#tools/forge/draft.ts";
import { figuresText } from "#tools/forge/progress-text.ts";
import type { ForgeParts, Question, Wish } from "#tools/forge/run.ts";
import type { Output } from "#ui/output.ts";

/** Asks for one line. @returns `undefined` for Esc, and at the end of the input. */
export type AskHuman = (question: string) => Promise<string | undefined>;

export interface HumanWish {
  readonly wish: Wish;
  readonly model: string | undefined;
}

/** Asks for what no option says. @returns `undefined` when the human wants none after all. */
export async function wishFromHuman(
  ask: AskHuman,
  flags: ReadonlyMap<string, string>,
): Promise<HumanWish | undefined> {
  const goal = (await ask("What should the tool do? "))?.trim();
  if (goal === undefined || goal === "" || isNo(goal)) return undefined;
  const chosen = flags.get("model") ?? (await ask("Model (Enter: the usual one): "));
  if (chosen === undefined || isNo(chosen)) return undefined;
  const language = flags.get("lang") ?? (await languageFromHuman(ask));
  if (language === undefined) return undefined;
  const model = chosen.trim();
  return {
    wish: { goal, language: languageOf(language), name: flags.get("name") },
    model: model === "" ? undefined : model,
  };
}

/** What a person has written for a language; nothing means the one that suits the model. */
export function languageOf(written: string | undefined): Wish["language"] {
  return written === "python" || written === "ts" ? written : undefined;
}

async function languageFromHuman(ask: AskHuman): Promise<string | undefined> {
  for (;;) {
    const answer = (await ask("Language, ts or python (Enter: what suits the model): "))
      ?.trim()
      .toLowerCase();
    if (answer === undefined || isNo(answer)) return undefined;
    if (["", "ts", "python"].includes(answer)) return answer;
  }
}

function isNo(text: string): boolean {
  return /^no?$/i.test(text.trim());
}

export interface Screen {
  readonly output: Output;
  readonly cleaner: TextCleaner;
}

/** Shows what was made, and asks whether to go on. */
export function confirming(
  ask: AskHuman,
  { output, cleaner }: Screen,
): NonNullable<ForgeParts["confirm"]> {
  return async (question) => {
    output.say(cleaner.clean(questionText(question)));
    const what =
      question.kind === "validate" ? "Validate it in the sandbox?" : "Hand it over as a candidate?";
    const answer = await ask(`${what} [Y/n] `);
    // Esc and the end of the input are not yes.
    return answer !== undefined && /^(?:y(?:es)?)?$/i.test(answer.trim());
  };
}

function questionText(question: Question): string {
  if (question.kind === "deliver") {
    const { tests } = question.report;
    return tests === undefined ? "\nIt passed.\n" : `\nIt passed: ${figuresText(tests)}.\n`;
  }
  const { files } = folderOf(question.draft);
  return [...files].map(([name, text]) => `\n── ${name}\n${text}`).join("");
}
