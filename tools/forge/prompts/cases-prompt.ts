/** Asks for examples of a contract; regardless of what writes them has not seen any code. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";

/** Fewer say too little about a tool to tell a right one from a wrong one. */
export const FEWEST_CASES = 6;

const SYSTEM = `You write the examples that a tool is tested with, from its contract alone. Answer with one \`\`\`json block and nothing else: {"cases": [...]}.

Each case is {"input": ..., "output": ...} or {"input": ..., "error": "CODE"}.
- input fits the contract's input schema, output its output schema. CODE is one of its failures.
- Bad arguments are tested elsewhere: no case with INVALID_INPUT.
- 8 to 12 cases, each with another input. Begin with ordinary ones, then the limits: empty, one element, the smallest and largest allowed, duplicates, white space, non-ASCII text, negative numbers, zero, fractions.
- Every failure of the contract has at least one case.
- Every rule in a description or a "when" has a case that would fail if the rule were left out or turned around.
- Work each output out step by step before you write it. Where the contract leaves the output open, choose another input.
- Keep inputs short: an output must be right to the last character.

Example, for a contract "adds the numbers of a list; fails with EMPTY when there are none":
\`\`\`json
{
  "cases": [
    { "input": { "numbers": [1, 2, 3] }, "output": { "sum": 6 } },
    { "input": { "numbers": [5] }, "output": { "sum": 5 } },
    { "input": { "numbers": [-4, 4] }, "output": { "sum": 0 } },
    { "input": { "numbers": [2, 2] }, "output": { "sum": 4 } },
    { "input": { "numbers": [0.5, 0.25] }, "output": { "sum": 0.75 } },
    { "input": { "numbers": [] }, "error": "EMPTY" }
  ]
}
\`\`\``;

export function casesPrompt(contract: Contract): readonly PromptMessage[] {
  return [
    { role: "system", content: SYSTEM },
    { role: "user", content: contractText(contract) },
  ];
}

/** Asks for more, where those there are let too many mistakes through. */
export function moreCasesPrompt(
  contract: Contract,
  cases: readonly ToolCase[],
  why: string,
): readonly PromptMessage[] {
  return [
    { role: "system", content: SYSTEM },
    {
      role: "user",
      content: `${contractText(contract)}\n\nThese cases are there already:\n\`\`\`json\n${linesOf(cases)}\n\`\`\`\nThey let too many wrong programs through: ${why}\n\nWrite 4 to 8 further cases with other inputs, for rules, limits and failures that no case covers yet. Answer with the new ones only.`,
    },
  ];
}

const RECONSIDER = `You check one example of a tool against the tool's contract. Answer with one \`\`\`json block and nothing else, one of:
{"verdict": "keep"} - the contract says exactly this;
{"verdict": "correct", "case": {...}} - the input is fine, the output or error is wrong: give the whole case with the same input;
{"verdict": "drop"} - the contract does not say what must come out.

Work the output out step by step from the contract before you decide. Only the contract counts.

Example: the contract says "adds the numbers", the case {"input": {"numbers": [1, 2]}, "output": {"sum": 4}}:
\`\`\`json
{ "verdict": "correct", "case": { "input": { "numbers": [1, 2] }, "output": { "sum": 3 } } }
\`\`\``;

/** Asks whether a case is right; neither code nor its results are shown. */
export function reconsiderPrompt(contract: Contract, one: ToolCase): readonly PromptMessage[] {
  return [
    { role: "system", content: RECONSIDER },
    {
      role: "user",
      content: `${contractText(contract)}\n\ncase:\n\`\`\`json\n${JSON.stringify(one)}\n\`\`\``,
    },
  ];
}

/** The contract, without what says nothing about results. */
export function contractText(contract: Contract): string {
  const { asks: _, ...rest } = contract;
  return `contract:\n\`\`\`json\n${JSON.stringify(rest, null, 2)}\n\`\`\``;
}

/** Cases, one a line. */
export function linesOf(cases: readonly ToolCase[]): string {
  return cases.map((one) => JSON.stringify(one)).join("\n");
}
