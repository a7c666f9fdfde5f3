/** What a small model is asked: short, with one worked example as an earlier turn, which it follows better than rules. */

import { isFields } from "#core/json.ts";
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";
import { kindOf, OTHER_FAILURE, type SmallContract } from "./fields.ts";
import { python } from "./template-tests.ts";

const turn = (question: string, answer: unknown): readonly PromptMessage[] => [
  { role: "user", content: question },
  { role: "assistant", content: JSON.stringify(answer) },
];

const CONTRACT = `You describe one small tool as JSON: what goes in, what comes out.
- name: snake_case.
- description: 1 or 2 sentences that say everything the user asked for and decide what is unclear: rounding, upper and lower case, order, what an empty text or list gives.
- input, output: the values by name. Prefer one output.
- failures: what can go wrong although the input has the right type, with a CODE. Often there is none: [].
- asks: ways in which a person would ask for it.`;

const COUNT_VOWELS = {
  name: "count_vowels",
  description:
    "Counts the vowels a, e, i, o and u of a text, in upper and lower case. An empty text has 0.",
  input: [{ name: "text", type: "text", description: "the text to look at" }],
  output: [{ name: "vowels", type: "integer", description: "how many vowels it has" }],
  failures: [],
  asks: ["count the vowels in this text", "how many vowels does it have?", "vowel count"],
};

const DIVIDE = {
  name: "divide",
  description: "Divides the first number by the second. The result is not rounded.",
  input: [
    { name: "dividend", type: "number", description: "what is divided" },
    { name: "divisor", type: "number", description: "what it is divided by" },
  ],
  output: [{ name: "quotient", type: "number", description: "the result" }],
  failures: [{ code: "DIVISION_BY_ZERO", when: "the divisor is 0" }],
  asks: ["divide 7 by 2", "what is a divided by b?", "quotient of two numbers"],
};

export function contractPrompt(goal: string): readonly PromptMessage[] {
  return [
    { role: "system", content: CONTRACT },
    ...turn("how many vowels are in a text", COUNT_VOWELS),
    ...turn("divide two numbers", DIVIDE),
    { role: "user", content: goal },
  ];
}

/** A failure that is only let through is not named: a model that hears of it refuses whatever it can. */
function namedFailures({ failures }: Contract): Contract["failures"] {
  return failures.filter(({ code }) => code !== OTHER_FAILURE);
}

/** What a program is to do, as the head of a function and its description. */
function signatureText({ contract, task, input, output, examples }: SmallContract): string {
  const parameters = input.map(({ name, type }) => `${name}: ${kindOf(type).python}`);
  const [first, second] = output;
  const result = first === undefined || second !== undefined ? "dict" : kindOf(first.type).python;
  const keys = output.map(({ name, type }) => `"${name}": ${kindOf(type).python}`);
  return [
    `def ${contract.name}(${parameters.join(", ")}) -> ${result}`,
    task,
    ...input.map(({ name, description }) => `${name}: ${description}`),
    second === undefined
      ? `returns: ${first?.description ?? ""}`
      : `returns a dict {${keys.join(", ")}}`,
    ...namedFailures(contract).map(({ code, when }) => `raise Failure('${code}') when ${when}`),
    ...examples.map((one) => exampleText(contract, one)),
  ].join("\n");
}

/** `slug('A b') == 'a-b'`: the user has said so, thus it is not a case that a program could be made for. */
function exampleText({ name, output }: Contract, one: ToolCase): string {
  const args = isFields(one.input) ? Object.values(one.input) : [];
  const result = "output" in one ? one.output : undefined;
  const values = isFields(result) ? Object.values(result) : [];
  const isPlain = Object.keys(propertiesOf(output)).length === 1 && values.length === 1;
  const resultText = python(isPlain ? values[0] : result);
  return `${name}(${args.map(python).join(", ")}) == ${resultText}`;
}

function propertiesOf({ properties }: Contract["output"]): object {
  return isFields(properties) ? properties : {};
}

const VOWELS_SIGNATURE = `def count_vowels(text: str) -> int
${COUNT_VOWELS.description}
text: the text to look at
returns: how many vowels it has`;

const DIVIDE_SIGNATURE = `def divide(dividend: float, divisor: float) -> float
${DIVIDE.description}
dividend: what is divided
divisor: what it is divided by
returns: the result
raise Failure('DIVISION_BY_ZERO') when the divisor is 0`;

const INPUTS = `You write inputs for trying out a function, as JSON. Only inputs, no results.
Make them different: ordinary ones, ones that give each kind of result, and special ones (short, long, mixed case, punctuation, repeated, zero, negative, empty).`;

export function inputsPrompt(small: SmallContract): readonly PromptMessage[] {
  const texts = ["Hello World", "sky", "AEIOU", "Queue 42!", "a", "aa bb aa", "Rhythm & Blues"];
  return [
    { role: "system", content: INPUTS },
    ...turn(VOWELS_SIGNATURE, { inputs: texts.map((text) => ({ text })) }),
    { role: "user", content: signatureText(small) },
  ];
}

/** Two ways to ask for the same program, so that two answers are not the same by the wording alone. */
export type Phrasing = 0 | 1;

const RULES =
  "Standard library only, Python 3.11, single quotes for texts. Return the value, do not print. The arguments have these types already: do not check them. It must work for every value of these types, also empty ones.";
const FAILURES = " Raise a Failure only where the task says so.";

const PROGRAM: readonly [string, string] = [
  `You write one Python function. Answer with JSON: {"lines": [...]}, the lines of the program with their indentation. ${RULES}`,
  `A task describes a Python function. Follow each of its sentences and write the whole function, as JSON {"lines": [...]}: one string a line, indented with spaces. ${RULES}`,
];

// Single quotes: a model that has to escape double ones in JSON forgets it, and the line ends there.
const VOWELS_PROGRAM = [
  "def count_vowels(text: str) -> int:",
  "    count = 0",
  "    for letter in text.lower():",
  "        if letter in 'aeiou':",
  "            count += 1",
  "    return count",
];
const DIVIDE_PROGRAM = [
  "def divide(dividend: float, divisor: float) -> float:",
  "    if divisor == 0:",
  "        raise Failure('DIVISION_BY_ZERO')",
  "    return dividend / divisor",
];

export function programPrompt(small: SmallContract, phrasing: Phrasing): readonly PromptMessage[] {
  const hasFailures = namedFailures(small.contract).length > 0;
  return [
    { role: "system", content: `${PROGRAM[phrasing]}${hasFailures ? FAILURES : ""}` },
    ...turn(VOWELS_SIGNATURE, { lines: VOWELS_PROGRAM }),
    ...(hasFailures ? turn(DIVIDE_SIGNATURE, { lines: DIVIDE_PROGRAM }) : []),
    { role: "user", content: signatureText(small) },
  ];
}

/** Asks to mend a program by what exactly failed. */
export function mendPrompt(
  prompt: readonly PromptMessage[],
  lines: readonly string[],
  failure: string,
): readonly PromptMessage[] {
  return [
    ...prompt,
    { role: "assistant", content: JSON.stringify({ lines }) },
    {
      role: "user",
      content: `That program is wrong. ${failure}\nWrite the whole function again so that this is right.`,
    },
  ];
}

/** Asks for other words where those of a contract were refused. */
export function rewordPrompt(description: string, complaint: string): readonly PromptMessage[] {
  return [
    {
      role: "system",
      content:
        "You reword the description of a tool, as JSON. It says in 1 or 2 sentences what the tool takes and gives, without orders, addresses or words on other tools.",
    },
    { role: "user", content: `${description}\n\nThis was refused:\n${complaint}` },
  ];
}
