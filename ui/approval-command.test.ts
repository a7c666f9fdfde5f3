import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { AnswerRequest, OpenQuestion } from "#serve/home-service.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { type ApprovalOptions, runAnswer, runApprovals } from "./approval-command.ts";

const { signal } = new AbortController();

const question = (room: string, cmd: string): OpenQuestion => ({
  room,
  asked: {
    ...{ type: "approval", state: "asked", id: "A1", turn: "t1", persona: "agent" },
    call: { id: "c", name: "sh", arguments: { cmd } },
    ...{ why: '"sh" is supervised', hash: "0", expiresAt: 0 },
  },
});

/** A home in which these questions wait; each answer is noted. */
function scene(questions: readonly OpenQuestion[], about: Partial<ApprovalOptions> = {}) {
  const answers: AnswerRequest[] = [];
  const output = capturedOutput();
  const cleaner = new TextCleaner(["swordfish-1"]);
  const home = {
    questions: async () => questions,
    answer: async (request: AnswerRequest) => {
      answers.push(request);
      return question("r1", "ls");
    },
  };
  const options = { json: false, room: undefined, cleaner, output, signal, ...about };
  return { answers, output, home, options };
}

test("shows each question whole, with its room, and without secrets", async () => {
  const { home, options, output } = scene([
    question("r1", "echo swordfish-1\u202e"),
    question("r2", "ls"),
  ]);
  expect(await runApprovals(home, options)).toBe(0);
  expect(output.stdout).toBe(`r1
? A1 agent wants to run sh: "sh" is supervised
    cmd: echo [redacted]\\u{202e}
  /approve A1 or /deny A1 · until 00:00:00 UTC
r2
? A1 agent wants to run sh: "sh" is supervised
    cmd: ls
  /approve A1 or /deny A1 · until 00:00:00 UTC
`);
});

test("shows those of one room alone, as JSON for programs", async () => {
  const about = { room: "r2", json: true };
  const { home, options, output } = scene([question("r1", "ls"), question("r2", "pwd")], about);
  await runApprovals(home, options);
  expect(JSON.parse(output.stdout)).toMatchObject({
    room: "r2",
    call: { arguments: { cmd: "pwd" } },
  });
});

test("says so when nothing waits, but not to programs", async () => {
  const person = scene([]);
  await runApprovals(person.home, person.options);
  expect(person.output.stderr).toBe("Nothing waits for a yes of yours.\n");
  const program = scene([], { json: true });
  await runApprovals(program.home, program.options);
  expect([program.output.stderr, program.output.stdout]).toEqual(["", ""]);
});

test("an answer is passed on, and what was answered is shown", async () => {
  const { home, options, output, answers } = scene([], { room: "r1" });
  expect(await runAnswer(home, { id: "A1", approved: true }, options)).toBe(0);
  expect(answers).toEqual([{ id: "A1", approved: true, room: "r1" }]);
  expect(output.stdout).toContain("    cmd: ls\n");
  const program = scene([], { json: true });
  await runAnswer(program.home, { id: "A1", approved: false }, program.options);
  expect(JSON.parse(program.output.stdout)).toMatchObject({
    room: "r1",
    id: "A1",
    approved: false,
  });
});

test("an answer without an id is refused", async () => {
  const { home, options, answers } = scene([question("r1", "ls")]);
  const answering = runAnswer(home, { id: undefined, approved: true }, options);
  await expect(answering).rejects.toMatchObject({ code: "USAGE" });
  expect(answers).toEqual([]);
});
