/** What all prompts for one file of a tool have in common. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";
import { capabilityText } from "./capabilities.ts";
import { contractText, linesOf } from "./cases-prompt.ts";

export interface FileWish {
  /** The system prompt. */
  readonly rules: string;
  /** What the cases are, in words. */
  readonly examples: string;
}

const AS_LINES =
  'An answer that is held to JSON is {"lines": [...]} instead: the lines of the file, each with its indentation.';

/** Asks for one whole file, from the contract and cases. */
export function filePrompt(
  { rules, examples }: FileWish,
  contract: Contract,
  cases: readonly ToolCase[],
): readonly PromptMessage[] {
  return [
    { role: "system", content: `${rules}\n\n${AS_LINES}` },
    {
      role: "user",
      content: `${contractText(contract)}\n\n${capabilityText(contract)}\n\n${examples}:\n\`\`\`json\n${linesOf(cases)}\n\`\`\``,
    },
  ];
}

export interface RefusedFile {
  readonly text: string;
  /** Of its fence. */
  readonly label: string;
  /** What exactly was wrong with it. */
  readonly failure: string;
}

/** Two sentences around the failure: what was refused, and what to do about it. */
interface RepairWords {
  readonly refused: string;
  readonly mend: string;
}

/** Asks to mend the file. */
export function fileRepairPrompt(
  asked: readonly PromptMessage[],
  { text, label, failure }: RefusedFile,
  { refused, mend }: RepairWords,
): readonly PromptMessage[] {
  return [
    ...asked,
    { role: "assistant", content: `\`\`\`${label}\n${text}\`\`\`` },
    {
      role: "user",
      content: `${refused}\n${failure}\n\n${mend}, and answer with the whole file.`,
    },
  ];
}
