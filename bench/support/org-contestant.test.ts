import { expect, test } from "bun:test";
import { join } from "node:path";
import { fakeModel } from "./fake-model.ts";
import { orgContestant, outcomeOf } from "./org-contestant.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const IN_TURN = { turn: "t1", persona: "agent" } as const;
const GOOD = { stderr: "", exit: 0 };

test("the outcome is what `org ask` would have printed, with its calls", () => {
  const call = { id: "c1", name: "sh", arguments: { cmd: "ls" } };
  const result = { type: "tool-result", ...IN_TURN, name: "sh", ms: 1, size: 1 } as const;
  const outcome = outcomeOf(
    [
      { type: "turn-start", ...IN_TURN, message: "m1", model: "m", window: 4096 },
      { type: "answer", ...IN_TURN, hop: 0, text: "I look.", calls: [call, call, call] },
      { ...result, id: "c1", ok: true, exit: 0 },
      { ...result, id: "c2", ok: false, exit: 2 },
      { ...result, id: "c3", ok: false },
      { type: "answer", ...IN_TURN, hop: 1, text: "Two files.", calls: [] },
      { type: "turn-end", ...IN_TURN, reason: "complete" },
    ],
    GOOD,
  );
  expect(outcome).toEqual({ text: "Two files.\n", calls: 3, ran: 2, succeeded: 1 });
});

test.each([
  [{ reason: "error", code: "APPROVAL_NEEDED" }, "approval"],
  [{ reason: "looped" }, "error"],
  [{ reason: "complete" }, undefined],
] as const)("a turn that ends with %j has ended by: %p", (end, ended) => {
  const lines = [{ type: "turn-end", ...IN_TURN, ...end } as const];
  expect(outcomeOf(lines, GOOD).ended).toBe(ended);
});

test("a command that fails as a whole is an error", () => {
  const failed = { type: "failed", code: "USAGE", message: "No message", remedies: [] } as const;
  expect(outcomeOf([failed], GOOD)).toMatchObject({ ended: "error", why: "USAGE: No message" });
  expect(outcomeOf([], { stderr: "killed", exit: 137 })).toMatchObject({
    ...{ ended: "error", why: "exit code 137: killed" },
  });
});

test("the real program answers in a home of its own", async () => {
  await using folder = await temporaryFolder();
  await Bun.write(join(folder.path, "one.txt"), "a\n");
  await using model = fakeModel(["It is 4."]);
  const posed = { question: "Two and two?", folder: folder.path, base: model.url, model: "m" };
  const { signal } = new AbortController();
  expect(await orgContestant("openai").answer(posed, signal)).toMatchObject({
    ...{ text: "It is 4.\n", calls: 0 },
  });
  expect(JSON.stringify(model.requests)).toContain("Two and two?");
});
