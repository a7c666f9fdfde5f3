/** What a real model of 1.5B parameters wrote in rooms on repositories, and what becomes of it. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import { writeAnswer } from "#models/turn-shape.ts";
import { changeRecord, findProject } from "#ops/project/location.ts";
import { openWork } from "#ops/project/work.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { sayAndWait } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { App } from "./app.ts";

let home: TestHome;
let repository: ProjectRepository;
let parts: AsyncDisposableStack;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = parts.use(await testHome());
  repository = parts.use(new ProjectRepository());
});
afterEach(() => parts[Symbol.asyncDispose]());

interface Played {
  readonly files: Readonly<Record<string, string>>;
  readonly asked: string;
  readonly replies: readonly string[];
  readonly check?: string;
}

/** @returns the files of the room's copy by their paths, and what the model was sent. */
async function play({ files, asked, replies, check }: Played) {
  repository.commit("first", files);
  const server: ScriptedServer = parts.use(
    scriptedServer(({ index }) => say(replies[index] ?? writeAnswer("Done."))),
  );
  writeFileSync(join(home.path, "org.config"), '[models."m"]\ncalls = "shape"\n');
  const env = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  await createHome(home.paths);
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const place = await findProject(repository.root, home.paths.projects);
  if (place === undefined) throw new Error("There is no repository");
  const checks = check === undefined ? [] : [check];
  await changeRecord(place, () => ({ root: place.root, checks, dependencies: [] }));
  const { open } = await parts.use(new App({ settings })).participants();
  const room = parts.use(await open(`project-${place.id}`, journal));
  await sayAndWait(room, asked);
  const { copy } = await openWork(place, room.id, { signal: new AbortController().signal });
  const prompts = server.requests.map(({ body }) => body.messages.map(({ content }) => content));
  return { text: (path: string) => readFileSync(join(copy, path), "utf8"), prompts };
}

const MIDDLE = `"""Single figures that stand for many."""


def mean(values):
    """The sum of the values divided by their number."""
    if not values:
        raise ValueError("no values")
    return sum(values) / len(values)
`;
const MEDIAN = `def median(values):
    """The sum of the values divided by their number."""
    if not values:
        raise ValueError("no values")
    sorted_values = sorted(values)
    n = len(sorted_values)
    if n % 2 == 1:
        return sorted_values[n // 2]
    else:
        return (sorted_values[n // 2 - 1] + sorted_values[n // 2]) / 2
`;

test("a file that was written with its new function alone keeps the one that others use", async () => {
  const asked = "We need the median of a list in figures/middle.py, too.";
  const content = `"""Single figures that stand for many."""\n\n\n${MEDIAN}`;
  const { text, prompts } = await play({
    files: {
      "figures/middle.py": MIDDLE,
      "tests/test_middle.py": "from figures.middle import mean\n",
    },
    asked,
    replies: [`{"action": "write_file", "path": "figures/middle.py"}\n\`\`\`\n${content}\`\`\``],
    check: "grep -q 'def mean' figures/middle.py",
  });
  expect(text("figures/middle.py")).toBe(`${MIDDLE}\n\n${MEDIAN}`);
  const [first = [], second = []] = prompts;
  // It saw the file, and what it was asked stands behind that.
  expect(first.at(-1)).toContain(`(the file figures/middle.py)\n\`\`\`py\n${MIDDLE}\`\`\``);
  expect(first.at(-1)).toEndWith(`\n\nYour task: ${asked}`);
  expect(first.join("\n")).not.toContain("(the file tests/");
  // Asked for the same once more it wrote the same once more.
  expect(second.at(-1)).toContain("mean stays as it was, for tests/test_middle.py:1 names it");
  expect(second.at(-1)).toEndWith("\nIf the files do that now, answer in a sentence.");
});

const SETTINGS = `; Settings of the uploader. What is not set in an environment is taken from [DEFAULT].
[DEFAULT]
timeout_seconds = 10
retries = 2
folder = outbox

[development]
; Fails at once, so that mistakes are seen.
retries = 0

[staging]
folder = staging-outbox

[production]
folder = /var/spool/uploader
; Megabytes.
largest_file = 200
`;
const PRODUCTION = `[production]
timeout_seconds = 30
retries = 5
folder = /var/spool/uploader
; Megabytes.
largest_file = 200
`;

test("a section that was written in place of its file is changed, and the others stay", async () => {
  const { text } = await play({
    files: { "settings.ini": SETTINGS },
    asked: "In production an upload should be tried 5 times, with a timeout of 30 seconds.",
    replies: [`{"action": "write_file", "path": "settings.ini"}\n\`\`\`\n${PRODUCTION}\`\`\``],
  });
  expect(text("settings.ini")).toBe(
    SETTINGS.slice(0, SETTINGS.indexOf("[production]")) + PRODUCTION,
  );
});
