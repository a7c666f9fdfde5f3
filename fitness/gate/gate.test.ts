import { expect, test } from "bun:test";
import { join } from "node:path";
import { CandidateRepository } from "#test/candidate-repository.ts";
import type { ValidateTool } from "#tools/contract/validation.ts";
import { Gate } from "./gate.ts";
import { isSigned } from "./signing.ts";

const passing: ValidateTool = async () => ({ ok: true, stages: [], capabilities: [] });

test("a verdict is signed, kept, and counts the attempts at one intent", async () => {
  using home = new CandidateRepository();
  using gate = await Gate.open(home.checkout);
  const { signal } = new AbortController();
  const about = { validatorOf: () => passing, signal, nowMs: 0 };
  gate.verdicts.ask({ tool: "shout", goal: "shout a text", maker: "human", at: 0 });
  const tool = "tools/generated/shout/tool.ts";
  const first = home.branch("a").commit("x", { [tool]: "export const input = 1;\n" });
  const one = await gate.judge(home.checkout, { candidate: "cand/a", ...about });
  expect(one.record).toMatchObject({ verdict: "promote", candidate: first, attempt: 1 });
  const signature = join(home.folder, "one.sig");
  await Bun.write(signature, one.signature);
  expect(await isSigned(one.text, signature, gate.paths)).toBe(true);

  home.branch("b").commit("x", { [tool]: "export const input = 2;\n", "fitness/gate.ts": "\n" });
  const two = await gate.judge(home.checkout, { candidate: "cand/b", ...about });
  expect(two.record).toMatchObject({ verdict: "reject", stage: "S1", attempt: 1 });
  const again = await gate.judge(home.checkout, { candidate: "cand/a", ...about });
  expect(gate.verdicts.all().map(({ branch }) => branch)).toEqual(["cand/a", "cand/b", "cand/a"]);
  expect(gate.verdicts.lastOn(first)?.record).toBe(again.text);
  expect(gate.verdicts.intentOf("shout")?.goal).toBe("shout a text");
});

test("an attempt is a candidate that was compared, counted for the tools that it changes", async () => {
  using home = new CandidateRepository();
  using gate = await Gate.open(home.checkout);
  const { signal } = new AbortController();
  const attempts: number[] = [];
  const judgeBranch = async (name: string, tools: readonly string[], intent: readonly string[]) => {
    const changes = tools.map(
      (tool) => [`tools/generated/${tool}/tool.ts`, `// ${name}\n`] as const,
    );
    const spec = tools.map(
      (tool) =>
        [
          `tools/generated/${tool}/spec.json`,
          JSON.stringify({ name: tool, description: `Does ${tool}.`, input: {}, output: {} }),
        ] as const,
    );
    home.branch(name, "main").commit(name, Object.fromEntries([...changes, ...spec]));
    await gate.judge(home.checkout, {
      candidate: `cand/${name}`,
      intent,
      validatorOf: () => passing,
      signal,
      nowMs: 0,
      until: "S7",
      sideBySide:
        ({ attempt }) =>
        () => {
          attempts.push(attempt);
          return Promise.resolve({ evidence: { pairs: 1 } });
        },
    });
  };
  await judgeBranch("one", ["shout"], ["shout"]);
  await judgeBranch("two", ["shout"], ["shout", "other"]);
  await judgeBranch("three", ["whisper"], ["shout", "whisper"]);
  await judgeBranch("four", ["shout", "whisper"], ["shout", "whisper"]);
  expect(attempts).toEqual([1, 2, 1, 4]);
});

test("a human's refusal is a signed verdict on the commit, and the candidate is kept", async () => {
  using home = new CandidateRepository();
  using gate = await Gate.open(home.checkout);
  const commit = home.branch("a").commit("x", { "docs/guide.md": "Worse.\n" });
  const about = { candidate: "cand/a", reason: "not now", nowMs: 5 };
  expect(await gate.refuse(home.checkout, about)).toBe(commit);
  const last = gate.verdicts.lastOn(commit);
  expect(last).toMatchObject({ verdict: "reject", reason: "not now", branch: "cand/a" });
  const signature = join(home.folder, "refusal.sig");
  await Bun.write(signature, last?.signature ?? "");
  expect(await isSigned(last?.record ?? "", signature, gate.paths)).toBe(true);
  expect(home.id("cand/a")).toBe(commit);
});
