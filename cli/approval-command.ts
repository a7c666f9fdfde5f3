import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { ApprovalAsked } from "#core/events.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { approvalText, closedApprovalText } from "#room/approval-text.ts";
import { PLAIN } from "#room/style.ts";
import type { HomeService, OpenQuestion } from "#server/socket/home-service.ts";
import type { Output } from "#ui/output.ts";
import type { CommandLine } from "./command-spec.ts";

export interface ApprovalOptions {
  readonly home: Pick<HomeService, "questions" | "answer">;
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/**
 * `org approvals`, `org approve ID`, `org deny ID`: shows what waits for the human in the rooms that are
 * open, or answers one question and shows what was answered.
 *
 * @throws {OrgError} `USAGE` when there is no such approval.
 */
export async function runApprovals(
  { command, operands, options: flags }: Pick<CommandLine, "command" | "operands" | "options">,
  options: ApprovalOptions,
): Promise<number> {
  const { home, cleaner, output, signal } = options;
  const json = flags.has("json");
  const room = flags.get("room");
  const show = (question: OpenQuestion, answer: { readonly approved?: boolean } = {}): void => {
    const { room: from, asked } = question;
    const data = { room: from, ...asked, ...answer };
    if (json) output.write(jsonLine(cleaner.cleanData(data)));
    else output.write(`${cleaner.clean(`${from}\n${textOf(asked, answer.approved)}`)}\n`);
  };
  if (command.name === "approvals") {
    const all = await home.questions(signal);
    const questions = all.filter((question) => question.room === (room ?? question.room));
    for (const question of questions) show(question);
    if (questions.length === 0 && !json) output.say("No call waits for your approval.\n");
    return EXIT.done;
  }
  const [id] = operands;
  if (id === undefined) throw whichOne();
  const approved = command.name === "approve";
  show(await home.answer({ id, approved, room }, signal), { approved });
  return EXIT.done;
}

/** @param approved what was answered; absent: it still waits. */
function textOf(request: ApprovalAsked, approved?: boolean): string {
  if (approved === undefined) return approvalText(request, PLAIN);
  const outcome = approved ? "approved" : "denied";
  return closedApprovalText(request, { id: request.id, outcome, by: "user" }, PLAIN);
}

function whichOne(): OrgError {
  return new OrgError("Which approval?", {
    code: "USAGE",
    remedies: ["org approvals", "org approve A1", "org deny A1"],
    unchanged: "Nothing was answered.",
  });
}
