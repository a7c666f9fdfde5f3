/** `org project try` in this process: a real repository, a scripted model and the real gate. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { attemptsFolder } from "#ops/project/attempt.ts";
import { type AttemptsRecord, readAttempts, writeAttempts } from "#ops/project/attempts-record.ts";
import { diffOf } from "#ops/project/work.ts";
import { type ProjectApp, projectApp, TRIED, threeAnswers } from "#test/project-app.ts";
import { say } from "#test/scripted-answers.ts";
import { desktopOf } from "#ui/desktop.ts";
import { parseCommandLine } from "../command-line.ts";
import type { CommandContext } from "../context.ts";
import { reportCutOff, takeBestOf, tryProject } from "./try-project.ts";

interface Printed {
  out: string;
  reported: string;
}

function contextOf(there: ProjectApp, args: readonly string[]): [CommandContext, Printed] {
  const printed: Printed = { out: "", reported: "" };
  const { app, settings } = there;
  const context: CommandContext = {
    ...{ app, settings, cleaner: app.cleaner, environment: {}, leave: () => undefined },
    signal: new AbortController().signal,
    line: parseCommandLine(args),
    output: {
      write: (text) => {
        printed.out += text;
      },
      say: (text) => {
        printed.reported += text;
      },
      live: false,
    },
    screen: {
      ...{ isTyped: false, term: undefined, locale: undefined, colour: false, accessible: false },
      desktop: desktopOf({}),
    },
  };
  return [context, printed];
}

async function run(
  there: ProjectApp,
  ...args: readonly string[]
): Promise<Printed & { code: number }> {
  const [context, printed] = contextOf(there, ["project", "try", ...args]);
  const code = await tryProject(context, there.work, context.line.operands[1]);
  return { code, ...printed };
}

test("a task is tried and shown, looked at, and taken; or all of it is dropped", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  const tried = await run(there, "--count", "2", "Mend a.txt.");
  expect(tried.code).toBe(0);
  expect(tried.out).toMatch(/^1 +agent +m +✔ passes +2 of 2 +1 +1 \+1 −1 /m);
  expect(tried.out).toEndWith(
    `look at one    org project try --diff 1   (in the room: /try diff 1)
take one       org project try --take 1   (/try take 1)
remove all     org project try --drop     (/try drop)
`,
  );
  expect(tried.reported).toContain("attempt 2 · agent: refused, 0 of 2 checks pass\n");
  expect((await run(there)).out).toBe(tried.out);
  expect((await run(there, "--diff", "2")).out).toContain("-fine\n+broken\n");
  expect((await run(there, "--take", "best")).out).toBe(
    "Attempt 1 is a turn of the room: 1 file +1 −1. The others are removed.\n",
  );
  expect(await diffOf(there.work)).toContain("+right\n");
  expect((await run(there, "--drop")).out).toBe("No attempts wait in this room.\n");
});

test("with --json every step prints one object a line", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  const tried = await run(there, "--json", "--personas", "agent,python,agent", "Mend a.txt.");
  const shown: Pick<AttemptsRecord, "task" | "attempts"> = JSON.parse(tried.out);
  expect(shown.task).toBe("Mend a.txt.");
  // Both that pass are as good; the faster one is first.
  expect(shown.attempts.toSorted((one, other) => one.number - other.number)).toMatchObject([
    { number: 1, persona: "agent", result: { outcome: "passes" } },
    { number: 2, persona: "python", result: { outcome: "passes" } },
    { number: 3, persona: "agent", result: { outcome: "unchanged" } },
  ]);
  const taken = JSON.parse((await run(there, "--take", "2", "--json")).out);
  expect(taken).toMatchObject({ attempt: 2, change: { files: 1, added: 1, removed: 1 } });
  expect(JSON.parse((await run(there, "--drop", "--json")).out)).toEqual({ removed: 0 });
});

test("where no attempt changes anything, the table says so and nothing waits", async () => {
  await using there = await projectApp(() => say("No."), TRIED);
  const tried = await run(there, "Mend a.txt.");
  expect(tried.code).toBe(1);
  expect(tried.out).toContain("No attempt has changes to take; all were removed.");
  await expect(run(there)).rejects.toMatchObject({ code: "INPUT_MISSING" });
  await expect(run(there, "--take", "best")).rejects.toMatchObject({
    code: "INPUT_MISSING",
    why: "None was made, or all were taken or dropped.",
    remedies: ['/try 3 TASK   # or: org project try "make the failing test pass"'],
    unchanged: "Nothing was changed.",
  });
});

const TOGETHER = "a task, --take, --drop and --diff were given together";
const REMEDIES: Readonly<Record<string, readonly string[]>> = {
  "is not a number of attempts": ['/try 3 TASK   # or: org project try --count 3 "TASK"'],
  "There is no task to try": [
    '/try 3 TASK   # or: org project try --count 3 "make the failing test pass"',
  ],
  "is not an attempt": ["/try   # or: org project try; shows them"],
  "takes one of these options at a time": [
    'org project try "TASK"',
    "org project try --take N",
    "org project try --drop",
  ],
};

test.each<[readonly string[], string, string]>([
  [["--count", "1", "x"], "is not a number of attempts", "it is a number from 2 to 8"],
  [["--count", "9", "x"], "is not a number of attempts", "it is a number from 2 to 8"],
  [["--count", "2.5", "x"], "is not a number of attempts", "it is a number from 2 to 8"],
  [["--count", "3"], "There is no task to try", "the task is empty or missing"],
  [["--", " "], "There is no task to try", "the task is empty or missing"],
  [["--take", "first"], '"first" is not an attempt', "--take takes a number of the table, or best"],
  [["--diff", "0"], '"0" is not an attempt', "--diff takes a number of the table"],
  [["--take", "1", "x"], "takes one of these options at a time", TOGETHER],
  [["--take", "1", "--drop"], "takes one of these options at a time", TOGETHER],
])("org project try %p is refused before anything begins", async (args, message, why) => {
  await using there = await projectApp([], TRIED);
  const error = await run(there, ...args).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "USAGE",
    why,
    remedies: Object.entries(REMEDIES).find(([part]) => message.endsWith(part))?.[1],
    unchanged: expect.stringMatching(/^Nothing was (?:changed|started)\.$/),
  });
  expect(String(error)).toContain(message);
  expect(existsSync(attemptsFolder(there.work))).toBe(false);
});

test("--best-of takes the best that passes; where none does, all wait and best is refused", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  const asking = ["ask", "--best-of", "2", "--mode", "direct:agent", "Mend a.txt."];
  const [context, printed] = contextOf(there, asking);
  expect(await takeBestOf(context, there.place, "Mend a.txt.")).toBe(true);
  expect(printed).toMatchObject({ out: "", reported: expect.stringContaining("✔ passes") });
  expect(await diffOf(there.work)).toContain("+right\n");
  const [again, table] = contextOf(there, ["ask", "--yes", "--best-of", "2", "Mend a.txt."]);
  expect(await takeBestOf(again, there.place, "Mend a.txt.")).toBe(false);
  expect(table.out).toContain("✘ refused");
  const best = await run(there, "--take", "best").catch((caught: unknown) => caught);
  expect(best).toMatchObject({ code: "CANDIDATE_REFUSED", why: "the best one, 2, is refused" });
  expect(best).toMatchObject({
    ...{
      message: "No attempt passes the gate",
      unchanged: "Nothing was changed; the attempts wait.",
    },
    remedies: [
      "org project try --take 2   # all the same",
      "org project try --drop   # removes all",
    ],
  });
  expect((await run(there, "--drop")).out).toBe("Removed 1 attempt.\n");
  const [grouped] = contextOf(there, ["ask", "--best-of", "2", "--mode", "group", "x"]);
  await expect(takeBestOf(grouped, there.place, "x")).rejects.toMatchObject({
    ...{ message: 'Attempts cannot be made in the mode "group"', code: "USAGE" },
    ...{ why: "each is the turn of one persona", unchanged: "Nothing was sent." },
    remedies: ["--mode direct:PERSONA", 'org project try --personas a,b "TASK"'],
  });
});

test("what a crash cut off is said once", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  await run(there, "--count", "2", "Mend a.txt.");
  const folder = attemptsFolder(there.work);
  const record = await readAttempts(folder);
  if (record === undefined) throw new Error("There are no attempts");
  const attempts = record.attempts.map((one) =>
    one.number === 2 ? { ...one, result: null } : one,
  );
  await writeAttempts(folder, { ...record, attempts });
  const another = await run(there);
  expect(another.out).toMatch(/^1 +agent .*✔ passes/m);
  expect(another.out).toEndWith("1 attempt not finished yet.\n");
  const [context, printed] = contextOf(there, ["project", "status"]);
  await reportCutOff(context, there.work);
  await reportCutOff(context, there.work);
  expect(printed.reported).toBe(
    "1 attempt interrupted and removed. 1 attempt can still be taken: org project try (in the room: /try).\n",
  );
});
