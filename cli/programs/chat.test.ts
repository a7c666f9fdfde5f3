/** What `org` does before the room is on the screen; `test/cli-plain.e2e.test.ts` has the screen. */
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { attemptsFolder } from "#ops/project/attempt.ts";
import { writeAttempts } from "#ops/project/attempts-record.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { projectApp, TRIED } from "#test/project-app.ts";
import { inContext, runCommand } from "#test/run-command.ts";
import { chat } from "./chat.ts";

/** Opens the room until its screen is to be drawn. */
async function opened(home: TestHome, ...args: readonly string[]) {
  const output = capturedOutput();
  const { path } = home;
  const ended = await inContext({ path, environment: { OLLAMA_MODEL: "m" } }, args, {
    output,
    use: async (context) => {
      const screen = {
        ...context.screen,
        get term(): string {
          throw new Error("the screen is drawn");
        },
      };
      return await chat({ ...context, screen });
    },
  }).catch((error: unknown) => error);
  return { ended, stdout: output.stdout, stderr: output.stderr };
}

async function speakIn(home: TestHome, ...rooms: readonly string[]): Promise<void> {
  await createHome(home.paths);
  await using journal = await openSqliteJournal(home.paths.journal);
  for (const [at, room] of rooms.entries()) {
    const from = { type: "message", id: `m${at}`, from: "user", text: `hi ${room}` } as const;
    await journal.append(room, { key: `k${at}`, event: { ...from, to: [], mode: "group" } });
  }
}

const REPOSITORY_ROOM = "project-0123456789abcdef";

test("a room of no repository is opened in its mode, and no attempt is looked for", async () => {
  await using home = await testHome();
  await speakIn(home, "tea", REPOSITORY_ROOM);
  const room = ["chat", "--no-project", "--room", "tea"];
  expect(await opened(home, ...room, "--mode", "direct:agent")).toMatchObject({
    ...{ ended: { message: "the screen is drawn" }, stdout: "", stderr: "" },
  });
  expect((await runCommand(home, "log", "tea")).stdout).toContain("direct:agent");
  expect(await opened(home, ...room, "--mode", "loud")).toMatchObject({
    ended: { code: "MODE_INVALID" },
  });
});

test("with --no-project the newest other room is resumed, and rooms of repositories are none", async () => {
  await using home = await testHome();
  await speakIn(home, "tea", REPOSITORY_ROOM);
  const resume = ["chat", "--no-project", "--resume", "--mode", "direct:agent"];
  expect(await opened(home, ...resume)).toMatchObject({
    ended: { message: "the screen is drawn" },
  });
  expect((await runCommand(home, "log", "tea")).stdout).toContain("direct:agent");
  await using other = await testHome();
  await speakIn(other, REPOSITORY_ROOM);
  const { ended } = await opened(other, ...resume);
  expect(ended).toMatchObject({
    ...{ message: "All rooms of this home work on repositories", code: "ROOM_UNKNOWN" },
    why: "with --no-project only other rooms count, and there is none to resume",
    remedies: ["org --no-project   # opens a new room", "org --resume"],
    unchanged: "No room was opened.",
  });
  await using empty = await testHome();
  expect((await opened(empty, ...resume)).ended).toMatchObject({
    ...{ message: "There is no room in this home yet", code: "ROOM_UNKNOWN" },
  });
});

test("in a room of a repository what a crash cut off is told before the prompt", async () => {
  await using there = await projectApp([], TRIED);
  const { home, work, repository } = there;
  const attempts = [{ number: 1, persona: "agent", model: "m", result: null }];
  await mkdir(attemptsFolder(work), { recursive: true });
  const [start, taking] = ["0".repeat(40), null];
  await writeAttempts(attemptsFolder(work), { task: "Mend it.", start, attempts, taking });
  const open = ["chat", "--project", repository.root, "--mode", "loud"];
  const told = await opened(home, ...open);
  expect(told).toMatchObject({ ended: { code: "MODE_INVALID" }, stdout: "" });
  expect(told.stderr).toBe("1 attempt interrupted and removed.\n");
});
