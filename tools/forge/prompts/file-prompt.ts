/** What all prompts for one file of a tool have in common. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";
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
interface RepairTexts {
  readonly refused: string;
  readonly mend: string;
}

/** Asks to mend the file. */
export function fileRepairPrompt(
  prompt: readonly PromptMessage[],
  { text, label, failure }: RefusedFile,
  { refused, mend }: RepairTexts,
): readonly PromptMessage[] {
  return [
    ...prompt,
    { role: "assistant", content: `\`\`\`${label}\n${text}\`\`\`` },
    {
      role: "user",
      content: `${refused}\n${failure}\n\n${mend}, and answer with the whole file.`,
    },
  ];
}

const PARTS: Readonly<Record<string, string | undefined>> = {
  clock: "clock: { now(): number } // milliseconds since 1970; the only clock",
  random: "random(): number // from 0 to 1; the only source of randomness",
  memory:
    "memory: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> }",
  "files:read":
    "files: { read(path: string): Promise<string>; list(path: string): Promise<string[]> }",
  "files:write": "files: { write(path: string, text: string): Promise<void> }",
};

const FETCH =
  "fetch(url: string): Promise<{ status: number; ok: boolean; text(): Promise<string>; json(): Promise<unknown> }>";

function capabilityText({ capabilities, language }: Contract): string {
  const parts = [...new Set(capabilities.map((one) => PARTS[one] ?? FETCH))];
  if (parts.length === 0) return "ctx has no capability: do not use it.";
  const how =
    language === "ts"
      ? "ctx has this and nothing else; write its type as `ctx: { ... }`:"
      : "ctx has this and nothing else, as attributes; the calls return values, not promises:";
  return `${how}\n${parts.map((part) => `- ${part}`).join("\n")}`;
}
