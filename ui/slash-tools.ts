/** Commands about tools, what they printed, and calls that wait for approval. */
import { OrgError } from "#core/errors.ts";
import { approvalText } from "#room/approval-text.ts";
import { PLAIN } from "#room/style.ts";
import type { Outcome, Run, SlashContext } from "./slash-command.ts";
import { rowsOf } from "./tool-rows.ts";

export async function listTools({ room }: SlashContext): Promise<Outcome> {
  return { text: rowsOf(await room.tools()), isList: true };
}

export async function showRaw({ sources }: SlashContext, operand: string): Promise<Outcome> {
  const outputs = await sources.rawOutputs();
  const index = operand === "" ? outputs.length : Number(operand);
  const found = outputs[index - 1];
  if (found !== undefined) {
    return { text: `/raw ${index} · ${found.name}\n${found.output.trimEnd() || "(no output)"}` };
  }
  throw new OrgError(
    operand === "" ? "No tool has run yet" : `There is no tool output "${operand.slice(0, 80)}"`,
    {
      code: "USAGE",
      why: `the room holds ${outputs.length} ${outputs.length === 1 ? "output" : "outputs"}`,
      remedies: outputs.length === 0 ? ["/help"] : [`/raw ${outputs.length}`],
    },
  );
}

export function listApprovals({ room }: SlashContext): Outcome {
  const questions = room.approvals.waiting.map((request) => approvalText(request, PLAIN));
  return { text: questions.join("\n") || "No call waits for your approval." };
}

export function answerWith(approved: boolean): Run {
  return ({ room }, operand) => {
    room.approvals.answer(operand, approved);
    return {};
  };
}
