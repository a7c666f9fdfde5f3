import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { AnswerRequest, OpenQuestion } from "#server/socket/home-service.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runApprovals } from "./approval-command.ts";
import { parseCommandLine } from "./command-line.ts";

const { signal } = new AbortController();

const question = (room: string, cmd: string): OpenQuestion => ({
  room,
  asked: {
    ...{ type: "approval", state: "asked", id: "A1", turn: "t1", persona: "agent" },
    call: { id: "c", name: "sh", arguments: { cmd } },
    ...{ why: '"sh" is supervised', hash: "0", expiresAt: 0 },
  },
});

/** Types a command where these questions wait; each answer is noted. */
async function run(args: readonly string[], questions: readonly OpenQuestion[] = []) {
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
  const exit = await runApprovals(parseCommandLine(args), { home, cleaner, output, signal });
  return { exit, answers, stdout: output.stdout, stderr: output.stderr };
}

test("shows each question whole, with its room, and without secrets", async () => {
  const waiting = [question("r1", "echo swordfish-1\u202e"), question("r2", "ls")];
  const { stdout, exit } = await run(["approvals"], waiting);
  expect(exit).toBe(0);
  expect(stdout).toBe(`r1
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
  const waiting = [question("r1", "ls"), question("r2", "pwd")];
  const { stdout } = await run(["approvals", "--room", "r2", "--json"], waiting);
  const { room, asked } = question("r2", "pwd");
  expect(JSON.parse(stdout)).toEqual({ room, ...asked });
  const secret = await run(["approvals", "--json"], [question("r1", "echo swordfish-1")]);
  expect(JSON.parse(secret.stdout)).toMatchObject({
    call: { arguments: { cmd: "echo [redacted]" } },
  });
  const other = await run(["approvals", "--room", "r3"], waiting);
  expect(other).toMatchObject({ stdout: "", stderr: "No call waits for your approval.\n" });
});

test("says so when nothing waits, but not to programs", async () => {
  expect((await run(["approvals"])).stderr).toBe("No call waits for your approval.\n");
  expect(await run(["approvals", "--json"])).toMatchObject({ stdout: "", stderr: "" });
});

test("an answer is passed on, and what was answered is shown, with what happens now", async () => {
  const { exit, answers, stdout } = await run(["approve", "A1", "--room", "r1"]);
  expect([exit, answers]).toEqual([0, [{ id: "A1", approved: true, room: "r1" }]]);
  expect(stdout).toBe(`r1
? A1 agent wants to run sh: "sh" is supervised
    cmd: ls
✔ A1 may run
`);
  expect((await run(["deny", "A1"])).stdout).toEndWith("    cmd: ls\n✘ A1 was denied\n");
  const approved = await run(["approve", "A1", "--json"]);
  expect(JSON.parse(approved.stdout)).toEqual({
    ...{ ...question("r1", "ls").asked, room: "r1", approved: true },
  });
  const denied = await run(["deny", "A1", "--json"]);
  expect(JSON.parse(denied.stdout)).toMatchObject({ room: "r1", id: "A1", approved: false });
  expect(denied.answers).toEqual([{ id: "A1", approved: false, room: undefined }]);
});

test("an answer without an id is refused", async () => {
  await expect(run(["approve"])).rejects.toMatchObject({
    ...{ code: "USAGE", message: "Which approval?", unchanged: "Nothing was answered." },
    remedies: ["org approvals", "org approve A1", "org deny A1"],
  });
});
