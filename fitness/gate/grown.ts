/** What a tool of main may do, or says to its readers, that it did not before: nothing wrong, and a human's to decide. Pure. */
import { canonicalJson } from "#core/canonical-json.ts";
import type { Contract } from "#tools/contract/spec.ts";

/** @returns one line for each thing that is new. */
export function grown(before: Contract, after: Contract): readonly string[] {
  return [
    ...after.capabilities
      .filter((name) => !before.capabilities.includes(name))
      .map((name) => `it may use ${name}, which main's tool may not`),
    ...newWords(before, after),
  ];
}

/** Every model that looks for a tool reads these. */
function newWords(before: Contract, after: Contract): readonly string[] {
  const known = new Set(wordsOf(before));
  return wordsOf(after)
    .filter((text) => !known.has(text))
    .map((text) => `it tells models something new: ${JSON.stringify(text.slice(0, 300))}`);
}

function wordsOf({ description, input, output, failures }: Contract): readonly string[] {
  const said = failures.map(({ when }) => when);
  return [description, ...said, ...described(input), ...described(output)];
}

/** What a schema says in words: a description or a title, and the examples and defaults that stand in it. */
function described(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(described);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const isText = ["description", "title", "$comment"].includes(key) && typeof value === "string";
    if (isText) return [value];
    if (["examples", "default", "const", "enum"].includes(key)) return [canonicalJson(value)];
    return described(value);
  });
}
