/** What a user does at the gate of their repository, in this process. */
import { expect, test } from "bun:test";
import { type ProjectApp, projectApp, TRIED, threeAnswers } from "#test/project-app.ts";
import { type CommandRan, runCommand } from "#test/run-command.ts";

class ProjectLine implements AsyncDisposable {
  readonly #there: ProjectApp;

  private constructor(there: ProjectApp) {
    this.#there = there;
  }

  static async open(): Promise<ProjectLine> {
    return new ProjectLine(await projectApp(threeAnswers, TRIED));
  }

  async org(command: string, ...words: readonly string[]): Promise<CommandRan> {
    const { home, server, repository } = this.#there;
    const environment = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
    const at = ["--project", repository.root];
    return await runCommand({ path: home.path, environment }, command, ...words, ...at);
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
    ...{ code: "USAGE", message: '"x" has no meaning behind "status"' },
    ...{
      why: expect.stringContaining("cand [list|show CANDIDATE]"),
      remedies: expect.arrayContaining(["org project status"]),
    },
  });
  await expect(line.org("project", "cand", "x")).rejects.toMatchObject({ code: "USAGE" });
});
