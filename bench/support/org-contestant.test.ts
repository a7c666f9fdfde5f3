import { expect, test } from "bun:test";
import { join } from "node:path";
import { call, say } from "#test/scripted-answers.ts";
import { type Script, scriptedServer } from "#test/scripted-server.ts";
import type { Outcome } from "./contestant.ts";
import { fakeModel } from "./fake-model.ts";
import { gateOf, orgContestant, outcomeOf } from "./org-contestant.ts";
import { projectTrial } from "./project-task.ts";
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
  const posed = {
    ...{ question: "Two and two?", folder: folder.path, isRepository: false },
    ...{ base: model.url, model: "m" },
  };
  const { signal } = new AbortController();
  expect(await orgContestant("openai").answer(posed, signal)).toMatchObject({
    ...{ text: "It is 4.\n", calls: 0 },
  });
  expect(JSON.stringify(model.requests)).toContain("Two and two?");
});

test("the gate's word is that of the last judgement, and none where nothing was judged", () => {
  const line = (outcome: string): string =>
    `{"type":"project","action":"cand","outcome":"${outcome}"}`;
  expect(gateOf([line("refused"), "", line("held")])).toBe("held");
  expect(gateOf(['{"type":"settled","why":"x"}', line("odd")])).toBe("none");
});

/** A repository whose only check wants `right` in a file that says `wrong`. */
async function change(script: Script): Promise<readonly [Outcome, string]> {
  await using place = await temporaryFolder();
  const [from, folder] = [join(place.path, "from"), join(place.path, "files")];
  await Bun.write(join(from, "a.txt"), "wrong\n");
  await Bun.write(join(from, "Makefile"), "test:\n\t@grep -q right a.txt || grep -q wrong a.txt\n");
  const named = { name: "one", heldout: false, question: "?", repository: from };
  const none = { check: "true", hidden: "/", solution: "/" };
  await projectTrial({ ...named, kind: "fix", ...none }).prepare(folder);
  await using server = scriptedServer(script);
  const posed = { question: "?", folder, isRepository: true, base: server.url, model: "m" };
  const { signal } = new AbortController();
  const outcome = await orgContestant("openai").answer(posed, signal);
  return [outcome, await Bun.file(join(folder, "a.txt")).text()];
}

const EDIT = { path: "a.txt", search: "wrong", replace: "right" };

test("a repository has what the room changed, and refused edits are counted", async () => {
  const [outcome, text] = await change([
    ...[call("edit_file", { ...EDIT, search: "rwong" }), call("edit_file", EDIT), say("Done.")],
  ]);
  expect(outcome).toMatchObject({ gate: "passes", edits: { made: 2, refused: 1 } });
  expect([outcome.text, outcome.ended, text]).toEqual(["Done.\n", undefined, "right\n"]);
});

test("what the gate refuses is in the repository too, and said to be refused", async () => {
  const broken = call("write_file", { path: "a.txt", content: "neither\n" });
  const [outcome, text] = await change([broken, say("Done.")]);
  expect(outcome).toMatchObject({ gate: "refused", edits: { made: 1, refused: 0 } });
  expect([outcome.ended, text]).toEqual([undefined, "neither\n"]);
});

test("an answer without a change is an answer, and nothing is judged", async () => {
  const [outcome, text] = await change([say("It is a text.")]);
  expect(outcome).toMatchObject({ text: "It is a text.\n", gate: "none", edits: { made: 0 } });
  expect([outcome.ended, text]).toEqual([undefined, "wrong\n"]);
});
