/** What a user does at the gate of their repository, in this process. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import { changeRecord, findProject, readRecord } from "#ops/project/location.ts";
import { testHome } from "#test/org-process.ts";
import {
  type ProjectApp,
  type ProjectAppOptions,
  projectApp,
  TRIED,
  threeAnswers,
} from "#test/project-app.ts";
import { repositoryOf } from "#test/project-repository.ts";
import { type CommandRan, runCommand } from "#test/run-command.ts";
import { call, say } from "#test/scripted-answers.ts";
import type { Script } from "#test/scripted-server.ts";

class ProjectLine implements AsyncDisposable {
  readonly #there: ProjectApp;

  private constructor(there: ProjectApp) {
    this.#there = there;
  }

  static async open(
    script: Script = threeAnswers,
    options: ProjectAppOptions = TRIED,
  ): Promise<ProjectLine> {
    return new ProjectLine(await projectApp(script, options));
  }

  async org(command: string, ...words: readonly string[]): Promise<CommandRan> {
    const { home, server, repository } = this.#there;
    const environment = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
    const at = ["--project", repository.root];
    return await runCommand({ path: home.path, environment }, command, ...words, ...at);
  }

  git(...words: readonly string[]): string {
    return this.#there.repository.git(...words);
  }

  get root(): string {
    return this.#there.repository.root;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#there[Symbol.asyncDispose]();
  }
}

test("a change goes from a question over checks and a candidate to the user's branch and back", async () => {
  await using line = await ProjectLine.open();
  expect((await line.org("project", "cand", "list")).stderr).toBe("The room has no candidate.\n");
  expect((await line.org("ask", "mend a.txt")).code).toBe(0);
  expect((await line.org("project", "status")).stdout).toContain("a.txt");
  const diff = await line.org("project", "diff");
  expect(diff).toMatchObject({ code: 0, stdout: expect.stringContaining("+right") });
  expect((await line.org("project", "diff", "a.txt")).stdout).toContain("+right");

  const checks = await line.org("project", "checks");
  expect(checks).toMatchObject({ code: 0, stdout: expect.stringContaining("passes") });
  const json = JSON.parse((await line.org("project", "checks", "--json")).stdout);
  expect(json).toMatchObject({
    ...{ type: "project", action: "checks", outcome: "passes", merged: null },
    checks: [{ candidate: { exit: 0 } }, { base: { exit: 1 }, candidate: { exit: 0 } }],
  });

  const made = await line.org("project", "cand");
  expect(made.code).toBe(0);
  const name = made.stdout.trimEnd().split("\n").at(-1) ?? "";
  const listed = await line.org("project", "cand", "list");
  expect(listed.stdout).toStartWith(`${name}  `);
  const { candidates } = JSON.parse((await line.org("project", "cand", "list", "--json")).stdout);
  // The question had made one already.
  expect(candidates).toHaveLength(2);
  expect(candidates[0]).toMatchObject({ name, title: "mend a.txt" });

  for (const words of [["show", name], ["show"]])
    expect((await line.org("project", "cand", ...words)).stdout).toContain("+right");
  await expect(line.org("project", "cand", "show", "cand/x")).rejects.toMatchObject({
    code: "INPUT_MISSING",
  });

  const merged = await line.org("project", "promote", name);
  expect(merged.code).toBe(0);
  expect(await Bun.file(`${line.root}/a.txt`).text()).toBe("right\n");
  expect((await line.org("project", "rollback")).code).toBe(0);
  expect(await Bun.file(`${line.root}/a.txt`).text()).toBe("wrong\n");
});

test("an operand that has no meaning is refused with those that have one", async () => {
  await using line = await ProjectLine.open();
  await expect(line.org("project", "status", "x")).rejects.toMatchObject({
    ...{ code: "USAGE", message: '"x" cannot follow "status"' },
    ...{
      why: expect.stringContaining("cand [list|show CANDIDATE]"),
      remedies: expect.arrayContaining(["org project status"]),
    },
  });
  await expect(line.org("project", "cand", "x")).rejects.toMatchObject({ code: "USAGE" });
});

const SUM = { files: { "a.txt": "one\ntwo\nthree\n" }, checks: ["grep -q three a.txt"] };
const edit = (search: string, replace: string) =>
  call("edit_file", { path: "a.txt", search, replace });

test("what the room changed is looked at, undone, and taken along when its user edits", async () => {
  const answers = [edit("two", "TWO"), say("Done.")];
  await using line = await ProjectLine.open(answers, SUM);
  const project = async (...words: readonly string[]) => await line.org("project", ...words);
  expect((await project("undo")).stdout).toBe("There is no turn to undo.\n");
  expect((await project("diff")).stderr).toBe("The room has changed nothing.\n");
  expect(await project("rebase")).toMatchObject({
    ...{ code: 0, stdout: "The room has your newest files already.\n" },
  });
  expect((await line.org("ask", "make it large")).code).toBe(0);

  const status = JSON.parse((await project("status", "--json")).stdout);
  expect(status).toMatchObject({
    ...{ type: "project", action: "status", root: line.root, critic: false, newest: null },
    ...{ change: { files: 1 }, checks: SUM.checks, measure: null, hooks: false },
  });
  await Bun.write(join(line.root, "b.txt"), "new\n");
  expect((await project("rebase")).stdout).toStartWith(
    "The room has your newest files; its own changes: 1 file",
  );
  expect((await project("diff", "b.txt")).stderr).toBe("The room did not change b.txt.\n");
  await Bun.write(join(line.root, "a.txt"), "one\ntoo\nthree\n");
  expect(await project("rebase")).toEqual({
    ...{ code: 1, stdout: "" },
    stderr:
      "You and the room changed the same lines in:\n  a.txt\nNothing was changed. /undo undoes the room's last turn.\n",
  });
  expect((await project("undo")).stdout).toStartWith("Undone: 1 file");
  expect(await project("status")).toMatchObject({
    ...{ code: 0, stdout: expect.stringContaining("changes     none") },
  });
});

test("a patch is all that is printed; what was asked for and is not there is a failure", async () => {
  const answers = [edit("two", "TWO"), say("Done."), say("Nothing to do."), say("Nothing to do.")];
  await using line = await ProjectLine.open(answers, SUM);
  const { code, stdout } = await line.org("ask", "make it large", "--patch");
  expect(code).toBe(0);
  expect(stdout).toStartWith("diff --git a/a.txt b/a.txt\n");
  expect(await line.org("ask", "and now?", "--patch")).toMatchObject({
    ...{ code: 1, stdout: "", stderr: expect.stringContaining("The answer changed no file.\n") },
  });
  expect(await line.org("ask", "and now?")).toMatchObject({ code: 0, stdout: "Nothing to do.\n" });
});

test("with --promote what passes is merged at once, under the title that is given", async () => {
  await using line = await ProjectLine.open([edit("two", "TWO"), say("Done.")], SUM);
  const merged = await line.org("ask", "make it large", "--promote");
  expect(merged).toMatchObject({ code: 0, stdout: expect.stringContaining("Merged cand/") });
  expect(await Bun.file(join(line.root, "a.txt")).text()).toBe("one\nTWO\nthree\n");
  const back = await line.org("project", "rollback", "--json");
  expect(JSON.parse(back.stdout)).toMatchObject({ action: "rollback", into: "main" });
});

test("what the gate holds is merged only by a user who was shown it", async () => {
  const answers = [call("write_file", { path: "Makefile", content: "check:\n" }), say("Done.")];
  await using line = await ProjectLine.open(answers, SUM);
  const asked = await line.org("ask", "add a Makefile", "--promote");
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining("Not merged. Read") });
  const named = line.org("project", "promote", "cand/x", "--title", "t");
  await expect(named).rejects.toMatchObject({ message: "cand/x has its message already" });
  const merged = await line.org("project", "promote", "--yes", "--title", "build: check");
  expect(merged.code).toBe(0);
  expect(line.git("log", "-1", "--format=%s", "HEAD^2")).toContain("build: check");
});

test("a critic is asked about the changes of the room, and holds them or does not", async () => {
  const answers = [
    ...[edit("two", "TWO"), say("Done.")],
    say('{"hold": true, "file": "a.txt", "line": 2, "reason": "It shouts."}'),
    say('{"hold": false, "file": "", "line": 0, "reason": "It does what it says."}'),
  ];
  await using line = await ProjectLine.open(answers, SUM);
  await line.org("ask", "make it large");
  const said = await line.org("ask", "@@critic is that well?");
  expect(said).toMatchObject({ code: 1, stdout: expect.stringContaining("It shouts.") });
  const { code, stdout } = await line.org("project", "critic", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ type: "project", action: "critic" });
});

test("checks are set before there is a room; all else needs one", async () => {
  using repository = repositoryOf({ "a.txt": "a\n" });
  await using home = await testHome();
  const project = async (...words: readonly string[]) =>
    await runCommand(home, "project", ...words, "--project", repository.root);
  await expect(project("status")).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", message: "No room works on this repository" },
    why: `org was never opened on ${repository.root}`,
  });
  const { projects } = homePaths(home.path);
  const place = await findProject(repository.root, projects);
  if (place === undefined) throw new Error("There is no repository");
  await changeRecord(place, () => ({
    root: place.root,
    checks: [],
    dependencies: [],
    isDeclined: true,
  }));
  await expect(project("status")).rejects.toMatchObject({
    why: `org was declined for ${repository.root}`,
  });
  await changeRecord(place, () => ({ root: place.root, checks: [], dependencies: [] }));
  const set = await project("checks", "--set", "true", "--measure", "echo 12");
  expect(set).toMatchObject({ code: 0, stdout: "" });
  expect(set.stderr).toContain('! The measure "echo 12" prints the same for every version.');
  expect((await readRecord(place))?.checks).toEqual(["true"]);
  await expect(project("status")).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", message: expect.stringContaining("There is no room ") },
  });
});
