import { expect, test } from "bun:test";
import { firstBySearch } from "#app/gate.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { FAULTS, NEIGHBOUR_FAULTS } from "#ops/release/faults.ts";
import {
  type SelfTestOptions,
  type SelfTestResult,
  testGate,
} from "#ops/release/gate-self-test.ts";
import { CandidateRepository, WORD_COUNT_SPEC } from "./candidate-repository.ts";

const { signal } = new AbortController();

test("a good tool passes, and every fault that is put into it is stopped where it should be", async () => {
  using home = new CandidateRepository();
  const seen: SelfTestResult[] = [];
  const results = await testGate(home.checkout, {
    validatorOf: (others) => createValidator({ others }),
    signal,
    onResult: (result) => seen.push(result),
  });
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  expect(results).toHaveLength(1 + FAULTS.length);
  expect(seen).toEqual([...results]);
});

test("who claims the requests of another tool is stopped, and a gate that does not search is an alarm", async () => {
  using home = new CandidateRepository();
  const about = { name: "shout", description: "Writes a text in capital letters." };
  const asks = ["write this in capitals", "make every letter of it a large one"];
  home.commit("another tool", {
    "tools/generated/shout/spec.json": JSON.stringify({ ...WORD_COUNT_SPEC, ...about, asks }),
  });
  const sound = () => () => Promise.resolve({ ok: true, stages: [], capabilities: [] });
  const faulty = async (
    firstHit: SelfTestOptions["firstHit"],
  ): Promise<readonly SelfTestResult[]> => {
    const results = await testGate(home.checkout, { validatorOf: sound, firstHit, signal });
    return results.slice(-NEIGHBOUR_FAULTS.length);
  };
  const name = "word-count, the requests of another tool";
  expect(await faulty(firstBySearch)).toMatchObject([{ name, stage: "S6", ok: true }]);
  expect(await faulty(undefined)).toMatchObject([{ name, verdict: "promote", ok: false }]);
});

test("a gate that lets everything pass is an alarm", async () => {
  using home = new CandidateRepository();
  const blind = () => () => Promise.resolve({ ok: true, stages: [], capabilities: [] });
  const results = await testGate(home.checkout, { validatorOf: blind, signal });
  const wrong = results.filter(({ ok }) => !ok).map(({ name }) => name);
  expect(wrong).toContain("word-count, code from text");
  expect(wrong).not.toContain("word-count, a changed gate");
});

test("a home without tools has no tool to test the gate with", async () => {
  using home = new CandidateRepository({ "README.md": "empty\n" });
  const failure = await testGate(home.checkout, {
    validatorOf: () => () => Promise.reject(new Error("not asked")),
    signal,
  }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "INPUT_MISSING" });
});
