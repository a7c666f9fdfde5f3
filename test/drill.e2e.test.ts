import { expect, test } from "bun:test";
import { createValidator } from "#fitness/validate-tool.ts";
import { type DrillResult, drill } from "#ops/gate/drill.ts";
import { FAULTS } from "#ops/gate/faults.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";

const { signal } = new AbortController();

test("a good tool passes, and every fault that is put into it is stopped where it should be", async () => {
  using home = new CandidateRepository();
  const seen: DrillResult[] = [];
  const results = await drill(home.checkout, {
    validatorOf: (others) => createValidator({ others }),
    signal,
    onResult: (result) => seen.push(result),
  });
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  expect(results).toHaveLength(1 + FAULTS.length);
  expect(seen).toEqual([...results]);
});

test("a gate that lets everything pass is an alarm", async () => {
  using home = new CandidateRepository();
  const blind = () => () => Promise.resolve({ ok: true, stages: [], capabilities: [] });
  const results = await drill(home.checkout, { validatorOf: blind, signal });
  const wrong = results.filter(({ ok }) => !ok).map(({ name }) => name);
  expect(wrong).toContain("word-count, code from text");
  expect(wrong).not.toContain("word-count, a changed gate");
});

test("a home without tools has nothing to drill with", async () => {
  using home = new CandidateRepository({ "README.md": "empty\n" });
  const failure = await drill(home.checkout, {
    validatorOf: () => () => Promise.reject(new Error("not asked")),
    signal,
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "INPUT_MISSING" });
});
