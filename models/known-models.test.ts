import { expect, test } from "bun:test";
import { KNOWN_MODELS, knownModel, knownModelsTable } from "./known-models.ts";
import { dialectIds } from "./model-profile.ts";

const NAMES: readonly (readonly [name: string, family: string | undefined])[] = [
  ["qwen2.5-coder:1.5b", "Qwen2.5-Coder"],
  ["Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "Qwen2.5-Coder"],
  ["qwen2.5:7b", "Qwen2.5"],
  ["qwen3-coder:30b", "Qwen3-Coder"],
  ["Qwen3-30B-A3B", "Qwen3"],
  ["llama3.2", "Llama 3.2"],
  ["meta-llama/Meta-Llama-3.1-8B-Instruct", "Llama 3.1"],
  ["phi4-mini", "Phi-4-mini"],
  ["phi4:14b", "Phi-4"],
  ["phi4-reasoning", undefined],
  ["deepseek-r1:8b", "DeepSeek-R1, distilled"],
  ["DeepSeek-R1-Distill-Qwen-1.5B", "DeepSeek-R1, distilled"],
  ["hermes-3-llama-3.1-8b", undefined],
  ["coder", undefined],
];

test.each(NAMES)("the model %j is one of the family %j", (name, family) => {
  expect(knownModel(name)?.family).toBe(family as string);
});

test("every family is listed once, with its sizes in order and a dialect that exists", () => {
  const families = KNOWN_MODELS.map(({ family }) => family);
  expect(new Set(families).size).toBe(families.length);
  expect(families.length).toBeGreaterThanOrEqual(20);
  for (const { billions, dialect } of KNOWN_MODELS) {
    expect(billions.toSorted((one, other) => one - other)).toEqual([...billions]);
    expect(billions.length).toBeGreaterThan(0);
    if (dialect !== undefined) expect(dialectIds()).toContain(dialect);
  }
});

test("docs/models.md holds the table as `org models table` prints it", async () => {
  const document = await Bun.file(new URL("../docs/models.md", import.meta.url)).text();
  expect(document).toContain(knownModelsTable());
});
