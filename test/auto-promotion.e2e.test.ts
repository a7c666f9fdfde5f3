/** `promotion = "auto"`: what a persona forges is judged as `org promote` judges it, and merged by itself. */
import { expect, test } from "bun:test";
import { GOAL, RIGHT_AT_ONCE } from "#test/forge-answers.ts";
import { testHome } from "#test/org-process.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

const SUITE = {
  scenarios: [
    { name: "talk", say: "@@agent hi", model: [{ text: "Hello." }], expect: { answer: "Hello." } },
  ],
};

test("a room compares with main's suite before it promotes by itself", async () => {
  await using home = await testHome();
  const git = (...args: readonly string[]): string => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd: home.path });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString()}`);
    return stdout.toString().trim();
  };
  // HOME is the same folder, and Bun keeps a cache there.
  await Bun.write(`${home.path}/.gitignore`, ".org/\n.bun/\n");
  await Bun.write(`${home.path}/org.config`, 'promotion = "auto"\n');
  await Bun.write(`${home.path}/fitness/suites/one.json`, JSON.stringify(SUITE));
  git("init", "--quiet", "--initial-branch=main", "--template=");
  git("config", "user.name", "A");
  git("config", "user.email", "a@example.invalid");
  git("add", "--all");
  git("commit", "--quiet", "-m", "begin");
  await using server = scriptedServer([
    call("forge", { goal: GOAL, name: "median" }),
    ...RIGHT_AT_ONCE.map((text) => say(text)),
    say("You have it."),
  ]);
  const { stdout, exitCode } = await home.run(["chat", "--plain"], {
    url: server.url,
    stdin: "@@toolsmith build a median\n",
  });
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("You have it.")]);
  expect(git("log", "-1", "--format=%s", "main")).toBe("feat(tools): median");
  const branch = git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/cand/");
  const shown = await home.run(["cand", "show", branch, "--evidence", "--json"]);
  const { stages } = JSON.parse(shown.stdout).record;
  expect(stages.slice(-3)).toMatchObject([
    { id: "S6", result: "pass" },
    { id: "S7", result: "pass" },
    { id: "S8", result: "pass" },
  ]);
});
