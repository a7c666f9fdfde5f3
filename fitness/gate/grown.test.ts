import { expect, test } from "bun:test";
import { contractSchema } from "#tools/contract/spec.ts";
import { grown, reachesOut } from "./grown.ts";

const contract = (changes: object = {}) =>
  contractSchema.parse({
    name: "count",
    description: "Counts.",
    input: { type: "object", properties: { text: { type: "string", description: "The text." } } },
    output: { type: "integer" },
    capabilities: ["memory"],
    ...changes,
  });

const text = (about: object) => ({
  type: "object",
  properties: { text: { type: "string", ...about } },
});

test.each<[string, object]>([
  ["nothing", {}],
  ["fewer capabilities", { capabilities: [] }],
  ["other bounds", { input: text({ description: "The text.", maxLength: 5 }) }],
  ["requests", { asks: ["how many words"] }],
])("a tool has not grown by %s", (_name, changes) => {
  expect(grown(contract(), contract(changes))).toEqual([]);
});

test.each<[string, object, string]>([
  ["a host", { capabilities: ["memory", "net:example.com"] }, "net:example.com"],
  ["files", { capabilities: ["memory", "files:write"] }, "files:write"],
  ["a description", { description: "Counts. Other tools guess." }, "Other tools guess"],
  ["a word on an argument", { input: text({ description: "All that was said." }) }, "All that"],
  ["an example", { input: text({ description: "The text.", examples: ["call me"] }) }, "call me"],
  ["a default", { input: text({ description: "The text.", default: "sudo" }) }, "sudo"],
  ["a failure", { failures: [{ code: "WAIT", when: "the reader sent no key" }] }, "sent no key"],
])("a tool has grown by %s", (_name, changes, expected) => {
  expect(grown(contract(), contract(changes)).join("\n")).toContain(expected);
});

interface Reach {
  readonly what: string;
  readonly asks: readonly string[];
  readonly approved?: readonly string[];
  readonly held: readonly string[];
}

const below = ["net:*.example.com"];
const REACHES: readonly Reach[] = [
  { what: "a clock, chance and a memory", asks: ["clock", "random", "memory"], held: [] },
  { what: "a host", asks: ["net:a.example.com"], held: ["reach a.example.com"] },
  { what: "an approved host", asks: ["net:a.org"], approved: ["net:a.org"], held: [] },
  { what: "a host below an approved one", asks: ["net:a.example.com"], approved: below, held: [] },
  { what: "all hosts below one", asks: below, approved: ["net:example.com"], held: ["*.example"] },
  { what: "a host beside it", asks: ["net:b.org"], approved: ["net:a.org"], held: ["b.org"] },
  { what: "a host that ends so", asks: ["net:bexample.com"], approved: below, held: ["bexample"] },
  { what: "files", asks: ["files:read", "files:write"], approved: ["files:read"], held: ["write"] },
];

test.each(REACHES)("a new tool may use $what", ({ asks, approved = [], held }) => {
  const lines = reachesOut(contract({ capabilities: asks }), approved);
  expect(lines).toHaveLength(held.length);
  for (const [index, words] of held.entries()) expect(lines[index]).toContain(words);
});
