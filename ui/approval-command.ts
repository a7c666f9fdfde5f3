import { EXIT, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HomeService, OpenQuestion } from "#serve/home-service.ts";
import { approvalText } from "./approval-text.ts";
import type { Output } from "./output.ts";
import { PLAIN } from "./style.ts";

export interface ApprovalOptions {
  readonly json: boolean;
  /** Id of the room that asks; absent: the only one that asks under the id. */
  readonly room: string | undefined;
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly signal: AbortSignal;
}

type Desk = Pick<HomeService, "questions" | "answer">;

/** `org approvals`: what waits for the human, in every room that is open. */
export async function runApprovals(home: Desk, options: ApprovalOptions): Promise<number> {
  const questions = (await home.questions(options.signal)).filter(
    ({ room }) => room === (options.room ?? room),
  );
  for (const question of questions) show(question, {}, options);
  if (questions.length === 0 && !options.json) {
    options.output.say("Nothing waits for a yes of yours.\n");
  }
  return EXIT.done;
}

/**
 * `org approve ID`, `org deny ID`: answers from another terminal, and shows what was answered.
 *
 * @throws {OrgError} `USAGE` when there is no such question.
 */
export async function runAnswer(
  home: Desk,
  { id, approved }: { readonly id: string | undefined; readonly approved: boolean },
  options: ApprovalOptions,
): Promise<number> {
  if (id === undefined) throw whichOne();
  const { room, signal } = options;
  show(await home.answer({ id, approved, room }, signal), { approved }, options);
  return EXIT.done;
}

function show(
  { room, asked }: OpenQuestion,
  answer: { readonly approved?: boolean },
  { json, cleaner, output }: ApprovalOptions,
): void {
  if (json) output.write(jsonLine(cleaner.cleanData({ room, ...asked, ...answer })));
  else output.write(`${cleaner.clean(`${room}\n${approvalText(asked, PLAIN)}`)}\n`);
}

function whichOne(): OrgError {
  return new OrgError("Which question?", {
    code: "USAGE",
    remedies: ["org approvals", "org approve A1", "org deny A1"],
    left: "Nothing was answered.",
  });
}
