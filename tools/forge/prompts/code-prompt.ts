/** Asks for the program, from the contract and the cases that may be seen. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";
import { filePrompt, fileRepairPrompt, type RefusedFile } from "./file-prompt.ts";

const TYPESCRIPT = `You implement one tool in TypeScript from its contract. Answer with one \`\`\`ts block, the whole file tool.ts, and nothing else.

Rules:
- Exports exactly two things: \`export const input\`, a zod schema that accepts what the contract's input schema accepts and refuses everything else (z.strictObject, limits included), and \`export async function run(args: z.infer<typeof input>, _ctx: object)\`, with the type of ctx given below where it is used.
- The only import is \`import { z } from "zod";\`. Nothing of node, bun or the network; no require, import(), eval, Function, process, globalThis, Reflect, timers, console.
- args have been checked against input already.
- Returns plain JSON that fits the output schema; never undefined, NaN or Infinity.
- A failure of the contract is thrown: \`throw Object.assign(new Error("what is wrong"), { code: "CODE" });\`. No other code, and no catch that hides a mistake.
- Keeps nothing between calls: no variables at the top that change.
- No \`any\`, no type assertions that are not needed, no unused names. It must compile under strict and noUncheckedIndexedAccess: an element of an array may be undefined.
- Follow the rules of the contract; the examples are only a part of what is tested. Never list examples in the code.
- Every branch must be needed: code that no input reaches is refused.

Example, for "adds the numbers of a list; fails with EMPTY when there are none":
\`\`\`ts
import { z } from "zod";

export const input = z.strictObject({ numbers: z.array(z.number()).max(1000) });

export async function run(args: z.infer<typeof input>, _ctx: object) {
  if (args.numbers.length === 0) {
    throw Object.assign(new Error("There are no numbers"), { code: "EMPTY" });
  }
  let sum = 0;
  for (const number of args.numbers) sum += number;
  return { sum };
}
\`\`\``;

const PYTHON = `You implement one tool in Python 3.11 from its contract. Answer with one \`\`\`python block, the whole file tool.py, and nothing else.

Rules:
- One function \`def run(args, ctx)\`; args is a dict that fits the contract's input schema, checked already. Helper functions are fine.
- Imports only from: math, re, json, string, itertools, functools, collections, datetime, decimal, fractions, statistics, textwrap, unicodedata, base64, hashlib. Nothing that reaches files, processes or the network; no eval, exec, open, __import__, getattr, print.
- Returns plain JSON data that fits the output schema: dict with text keys, list, str, int, float, bool, None; never a set, tuple, NaN or infinity.
- A failure of the contract is raised as \`raise Failure("CODE", "what is wrong")\` with the class of the example. No other code, and no except that hides a mistake.
- Keeps nothing between calls: no module variables that change.
- Follow the rules of the contract; the examples are only a part of what is tested. Never list examples in the code.
- Every branch must be needed: code that no input reaches is refused.

Example, for "adds the numbers of a list; fails with EMPTY when there are none":
\`\`\`python
class Failure(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def run(args, ctx):
    numbers = args["numbers"]
    if not numbers:
        raise Failure("EMPTY", "There are no numbers")
    return {"sum": sum(numbers)}
\`\`\``;

const SYSTEM: Readonly<Record<Contract["language"], string>> = { ts: TYPESCRIPT, python: PYTHON };

export function codePrompt(
  contract: Contract,
  cases: readonly ToolCase[],
): readonly PromptMessage[] {
  const rules = SYSTEM[contract.language];
  return filePrompt({ rules, examples: "some of the examples" }, contract, cases);
}

/** Asks to mend a program by what exactly failed. */
export function codeRepairPrompt(
  prompt: readonly PromptMessage[],
  file: RefusedFile,
): readonly PromptMessage[] {
  return fileRepairPrompt(prompt, file, {
    refused: "It was refused.",
    mend: "Find the cause, mend it",
  });
}
