/** Asks for the contract of a tool. */

import type { PromptMessage } from "../ask.ts";
import type { Wish } from "../run.ts";

const SYSTEM = `You write the contract of one small tool, as JSON. Answer with one \`\`\`json block and nothing else.

Fields:
- name: snake_case, says what the tool does.
- description: 1 or 2 sentences, 20 to 300 characters, on what it takes and gives. No orders to the reader, no word on other tools.
- language: as the user says.
- input: JSON Schema of the arguments, always "type": "object". Every property has a type and a short description; give limits (minLength, maxLength, minimum, maximum, maxItems, enum). List "required". Set "additionalProperties": false.
- output: JSON Schema of the result. Prefer an object with named properties.
- failures: [{"code", "when"}]: what can go wrong although the arguments fit the schema. code is UPPER_CASE. Arguments that do not fit give INVALID_INPUT by themselves; do not list it.
- deterministic: true if equal arguments always give an equal result.
- capabilities: [] for nearly every tool; else out of "net:HOST", "files:read", "files:write", "clock", "random", "memory". Only what the tool cannot work without.
- properties: laws that hold for every input, as sentences. Write "idempotent" only if run(run(x)) equals run(x) and the result is a valid input again.
- asks: 3 to 5 ways in which a person would ask for it.

Make the smallest tool that does the whole job. Decide every unclear point and write the decision into a description or a "when": rounding, case, order, empty input, duplicates.

Example for the goal "how many words are in a text":
\`\`\`json
{
  "name": "count_words",
  "description": "Counts the words of a text. A word is a run of characters other than white space.",
  "language": "ts",
  "input": {
    "type": "object",
    "properties": {
      "text": { "type": "string", "maxLength": 100000, "description": "the text" }
    },
    "required": ["text"],
    "additionalProperties": false
  },
  "output": {
    "type": "object",
    "properties": { "words": { "type": "integer", "minimum": 0 } },
    "required": ["words"],
    "additionalProperties": false
  },
  "failures": [],
  "deterministic": true,
  "capabilities": [],
  "properties": ["White space around the text changes nothing."],
  "asks": ["count the words of this text", "how long is this in words?", "word count"]
}
\`\`\``;

export function specPrompt({ goal, language, name }: Wish): readonly PromptMessage[] {
  const named = name === undefined ? "" : `\nname: ${name}`;
  return [
    { role: "system", content: SYSTEM },
    { role: "user", content: `goal: ${goal}\nlanguage: ${language}${named}` },
  ];
}

/** Asks to mend what is only words in a contract; its schemas stay. */
export function specRepairPrompt(contract: object, complaint: string): readonly PromptMessage[] {
  return [
    { role: "system", content: SYSTEM },
    {
      role: "user",
      content: `This contract was refused:\n\`\`\`json\n${JSON.stringify(contract, null, 2)}\n\`\`\`\n${complaint}\n\nChange description, properties or asks and nothing else. Answer with the whole contract.`,
    },
  ];
}
