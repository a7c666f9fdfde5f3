/** Candidates from a command line, over real repositories. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { candidate, SHOUT } from "#test/promoting.ts";
import { type CommandRan, runCommand } from "#test/run-command.ts";

class CandidateHome extends CandidateRepository {
  async org(...words: readonly string[]): Promise<CommandRan> {
    return await runCommand({ path: this.checkout }, ...words);
  }
}

test("candidates are listed, and said to be missing where there is none", async () => {
  using home = new CandidateHome();
  const none = { code: 0, stdout: "", stderr: "There is no candidate.\n" };
  expect(await home.org("cand")).toEqual(none);
  expect(await home.org("cand", "list", "--json")).toEqual({
    ...none,
    stdout: '{"candidates":[]}\n',
  });
  const commit = candidate(home);
  expect(await home.org("cand", "list")).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: `cand/shout  ${commit.slice(0, 12)}  not judged\n`,
  });
  const { stdout } = await home.org("cand", "list", "--json");
  expect(JSON.parse(stdout)).toEqual({
    candidates: [
      { branch: "cand/shout", commit, verdict: null, stage: null, reason: null, port: null },
    ],
  });
});

test("a candidate is shown as what it changes, or its tests alone, and removed", async () => {
  using home = new CandidateHome();
  home.branch("shout").commit("shout", { [SHOUT]: "export const input = 1;\n" });
  home.commit("cases", { "tools/generated/shout/cases.json": "[]\n" });
  home.git("checkout", "--quiet", "main");
  const all = await home.org("cand", "show", "cand/shout");
  expect(all.code).toBe(0);
  expect(all.stdout).toContain("+export const input = 1;");
  expect(all.stdout).toContain("cases.json");
  const tests = await home.org("cand", "show", "cand/shout", "--tests");
  expect(tests.stdout).toContain("cases.json");
  expect(tests.stdout).not.toContain("export const input");
  const both = await home.org("cand", "show", "cand/shout", "--tests", "--evidence");
  expect(both.stdout).toBe(tests.stdout);
  await expect(home.org("cand", "show", "cand/shout", "--evidence")).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", message: "cand/shout was not judged yet" },
    remedies: ["org fitness cand/shout"],
  });
  expect(await home.org("cand", "rm", "cand/shout")).toMatchObject({ code: 0 });
  expect((await home.org("cand")).stderr).toBe("There is no candidate.\n");
});

test("a rejected candidate keeps the reason, and its evidence is shown", async () => {
  using home = new CandidateHome();
  const commit = candidate(home);
  expect(await home.org("reject", "cand/shout", "--reason", "too loud")).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: `rejected: cand/shout (${commit.slice(0, 12)}) too loud\n`,
  });
  const list = (await home.org("cand")).stdout;
  expect(list).toStartWith(`cand/shout  ${commit.slice(0, 12)}  reject`);
  const shown = await home.org("cand", "show", "cand/shout", "--evidence");
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("too loud") });
  const { code, stdout } = await home.org("cand", "show", "cand/shout", "--evidence", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    record: { verdict: "reject", reason: expect.stringContaining("too loud") },
    signature: expect.any(String),
  });
  expect((await home.org("scoreboard")).stdout).toContain("verdicts     1");
  expect(JSON.parse((await home.org("scoreboard", "--json")).stdout)).toMatchObject({
    ...{ verdicts: 1, promotions: 0, stoppedAt: { S9: 1 } },
  });
});

test("a rejection without a reason says who rejected", async () => {
  using home = new CandidateHome();
  candidate(home);
  expect((await home.org("reject", "cand/shout")).stdout).toEndWith(" rejected by the user\n");
});

test("a candidate is made of main, of a branch, and of a patch, which may name it", async () => {
  using home = new CandidateHome();
  const main = home.id("main");
  const made = await home.org("cand", "start");
  expect(made.stdout).toMatch(/^cand\/\S+\n$/);
  expect(home.id(made.stdout.trim())).toBe(main);
  await home.org("cand", "rm", made.stdout.trim());

  candidate(home);
  expect((await home.org("cand", "start", "--branch", "cand/shout")).stdout).toBe("cand/shout\n");

  const patch = join(home.folder, "change.patch");
  await Bun.write(patch, `${home.git("diff", "main...cand/shout")}`);
  const { stdout } = await home.org(
    "cand",
    "start",
    "--patch",
    patch,
    "--title",
    "shout",
    "--json",
  );
  const { branch } = JSON.parse(stdout);
  expect(home.git("show", `${branch}:${SHOUT}`)).toBe("export const input = 1;\n");
  expect(home.git("log", "-1", "--format=%s", branch).trim()).toBe("shout");
});

test("a patch without a title makes a candidate that is called one", async () => {
  using home = new CandidateHome();
  candidate(home);
  const patch = join(home.folder, "change.patch");
  await Bun.write(patch, home.git("diff", "main...cand/shout"));
  const branch = (await home.org("cand", "start", "--patch", patch)).stdout.trim();
  expect(home.git("log", "-1", "--format=%s", branch).trim()).toBe("candidate");
});

test.each<[readonly string[], string, string, readonly string[]]>([
  [["cand", "show"], "USAGE", "Which candidate?", ["org cand show cand/shout", "org help cand"]],
  [
    ["cand", "rm", "cand/shuot"],
    "INPUT_MISSING",
    'There is no candidate "cand/shuot"',
    ["org cand show cand/shout", "org cand list"],
  ],
  [
    ["cand", "start", "--patch", "a", "--branch", "b"],
    "USAGE",
    "A candidate comes from --patch FILE or from --branch REF, not from both",
    ["org help cand"],
  ],
  [
    ["cand", "start", "--patch", "/nowhere/a.patch"],
    "INPUT_MISSING",
    'The patch "/nowhere/a.patch" cannot be read',
    ["name a file, or - for standard input"],
  ],
])("org %p is refused", async (words, ...refusal) => {
  const [code, message, remedies] = refusal;
  using home = new CandidateHome();
  candidate(home);
  const error: unknown = await home.org(...words).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(error).toMatchObject({ remedies });
});

test("without a candidate there is nothing to promote, and nothing to roll back", async () => {
  using home = new CandidateHome();
  const nope = home.org("promote", "cand/nope");
  await expect(nope).rejects.toThrow('There is no branch or commit "cand/nope"');
  await expect(home.org("promote")).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", message: "There is no candidate" },
  });
  await expect(home.org("rollback")).rejects.toMatchObject({ code: "INPUT_MISSING" });
});
