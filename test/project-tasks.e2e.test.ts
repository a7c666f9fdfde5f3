/** `bench project-tasks` with a model that plays a script: what is counted, and what counts as solved. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, call, say, several, usage } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

setDefaultTimeout(600_000);

const ROOT = join(import.meta.dir, "..");
const TASKS = join(ROOT, "bench/project-tasks");

/** What the reference solution has at a path. */
function solution(task: string, path: string): Answer {
  const content = readFileSync(join(TASKS, task, "solution", path), "utf8");
  return call("write_file", { path, content });
}

const edit = (path: string, search: string, replace: string): Answer =>
  call("edit_file", { path, search, replace });

/** What the model says to each task, and what comes of it. */
const PLAYS: Readonly<Record<string, { answers: readonly Answer[]; expected: object }>> = {
  // Found at the second try.
  "fix-last-page": {
    answers: [
      edit("src/pages.ts", "Math.round(total / size)", "Math.ceil(total / size)"),
      edit("src/pages.ts", "Math.floor(total / size)", "Math.ceil(total / size)"),
      say("It counts the page that is not full."),
    ],
    expected: { right: true, passed: true, gate: "passes", edits: { made: 2, refused: 1 } },
  },
  "add-slug": {
    answers: [
      solution("add-slug", "src/slug.ts"),
      solution("add-slug", "src/index.ts"),
      say("There is a slug now."),
    ],
    expected: { right: true, passed: true, gate: "passes", edits: { made: 2, refused: 0 } },
  },
  "rename-function": {
    answers: [
      call("sh", { cmd: "sed -i 's/\\bcalc\\b/ticketPrice/g' src/*.ts README.md" }),
      say("Renamed."),
    ],
    expected: { right: true, passed: true, edits: { made: 0, refused: 0 }, succeeded: 1 },
  },
  "test-roman": {
    answers: [solution("test-roman", "tests/test_roman.py"), say("Tested.")],
    expected: { right: true, passed: true, edits: { made: 1, refused: 0 } },
  },
  // All environments have what was meant for one.
  "config-retries": {
    answers: [edit("settings.ini", "retries = 2", "retries = 5"), say("Five times.")],
    expected: { right: false, passed: false, edits: { made: 1, refused: 0 } },
  },
  // Solved, and a test of the user's that passed before fails now.
  "fix-split-bill": {
    answers: [
      solution("fix-split-bill", "bills/split.py"),
      edit("tests/test_split.py", "[300, 300, 300]", "[900, 0, 0]"),
      say("Fair."),
    ],
    expected: { right: false, passed: true, gate: "refused", ended: "answered" },
  },
  "explain-settings-order": {
    answers: [say("It listens on port 7070.")],
    expected: { right: true, gate: "none", edits: { made: 0, refused: 0 } },
  },
};

/** The next answer of the play whose question is the newest one. */
function playing(): (request: RecordedRequest) => Answer {
  const asked = new Map<string, number>();
  const questions = Object.keys(PLAYS).map((name) => {
    const text = readFileSync(join(TASKS, name, "task.md"), "utf8");
    return [name, text.slice(text.indexOf("\n---\n", 4) + 5).trim()] as const;
  });
  return ({ body }) => {
    const said = body.messages.map(({ content }) => content ?? "").join("\n");
    const [name] = questions.find(([, question]) => said.includes(question)) ?? [""];
    const index = asked.get(name) ?? 0;
    asked.set(name, index + 1);
    const answer = PLAYS[name]?.answers[index];
    if (answer === undefined) throw new Error(`"${name}" has no answer ${index + 1}`);
    return several(answer, usage(1000, 7, 400));
  };
}

test("bench project-tasks counts what is solved, refused, read and written", async () => {
  await using server = scriptedServer(playing());
  const place = await mkdtemp(join(tmpdir(), "org-bench-"));
  const out = join(place, "out.jsonl");
  const names = Object.keys(PLAYS);
  const args = ["--base", server.url, "--model", "m", "--contestants", "org", "--floor", "5"];
  const command = ["bench/run.ts", "project-tasks", ...args, "--task", names.join(",")];
  const child = Bun.spawn([process.execPath, ...command, "--out", out], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [table, progress] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const exit = await child.exited;
  const lines = readFileSync(out, "utf8").trim().split("\n");
  await rm(place, { recursive: true });

  const attempts = new Map(lines.map((line) => [JSON.parse(line).task, JSON.parse(line)]));
  for (const [name, { answers, expected }] of Object.entries(PLAYS)) {
    const tokens = { evaluated: 600, reused: 400, written: 7 };
    const counted = Object.entries(tokens).map(([key, each]) => [key, each * answers.length]);
    expect({ name, ...attempts.get(name) }).toMatchObject({
      ...{ name, ...expected, requests: answers.length, model: "m" },
      ...Object.fromEntries(counted),
    });
  }
  const requests = Object.values(PLAYS).reduce((sum, { answers }) => sum + answers.length, 0);
  const rows = table.split("\n").map((row) => row.trim().split(/ {2,}/));
  for (const row of [
    ["solved", "5 of 7"],
    ["fix a bug", "1 of 2"],
    ["held out", "2 of 2"],
    ["files pass, and nothing is handed over", "1"],
    ["edits made", "8"],
    ["edits refused", "1"],
    ["requests", `${requests}`],
    ["prompt tokens evaluated", (600 * requests).toLocaleString("en")],
    ["tokens written", `${7 * requests}`],
  ])
    expect(rows).toContainEqual(row);
  expect(progress).toContain("fix-split-bill · org: wrong, gate: refused");
  expect(exit).toBe(0);
  expect(readdirSync(TASKS).length).toBe(30);
});
