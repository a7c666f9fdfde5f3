import { expect, test } from "bun:test";
import { contractSchema } from "#tools/contract/spec.ts";
import { contractDrift } from "./contract-drift.ts";

const INPUT = {
  type: "object",
  properties: { text: { type: "string", maxLength: 100 } },
  required: ["text"],
  additionalProperties: false,
};
const contract = (changes: object = {}) =>
  contractSchema.parse({
    ...{
      name: "count",
      description: "Counts.",
      input: INPUT,
      properties: ["idempotent"],
      asks: ["how long"],
    },
    ...{ output: { type: "integer", minimum: 0 } },
    ...changes,
  });
const CASES = [
  { input: { text: "a b" }, output: 2 },
  { input: { text: 1 }, error: "INVALID_INPUT" },
];

const text = (about: object) => ({ ...INPUT, properties: { text: { type: "string", ...about } } });

test.each<[string, object]>([
  ["nothing", {}],
  ["its words", { description: "Counts the words.", asks: ["how many", "how long"] }],
  ["a longer text", { input: text({ maxLength: 500 }) }],
  [
    "a further option",
    {
      input: { ...INPUT, properties: { ...INPUT.properties, by: { type: "string" } } },
    },
  ],
  ["a stricter output", { output: { type: "integer", minimum: 0, maximum: 1e6 } }],
  ["a further law", { properties: ["idempotent", "bounded-output:9"] }],
])("a contract may change %s", (_name, changes) => {
  expect(contractDrift(contract(), contract(changes), CASES)).toEqual([]);
});

test.each<[string, object, string]>([
  ["takes less", { input: text({ maxLength: 10 }) }, 'it takes no longer {"text":"'],
  ["takes anything", { input: { type: "object" } }, "takes arguments that it refused"],
  ["may answer below zero", { output: { type: "integer" } }, "that it never gave, such as -"],
  ["may answer anything", { output: {} }, "that it never gave, such as null"],
  ["may change its mind", { deterministic: false }, "equal arguments"],
  ["is asked for otherwise", { asks: ["how many"] }, 'the request "how long" is gone'],
  ["drops a law", { properties: [] }, 'the law "idempotent" is gone'],
])("a contract is weaker that %s", (_name, changes, expected) => {
  const drift = contractDrift(contract(), contract(changes), CASES);
  expect(drift.join("\n")).toContain(expected);
  for (const line of drift) expect(line).toMatch(/: (?:keep|put|add) .* \(spec\.json\)$/);
});
