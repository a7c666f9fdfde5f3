/** What is promoted as soon as it is forged is judged as `org promote` judges it: with main's suite. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { identityOf } from "#platform/process-record.ts";
import { runProgram } from "./checkout.ts";
import { GOAL, RIGHT_AT_ONCE } from "./forge-answers.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const SUITE = {
  scenarios: [
    { name: "talk", say: "@@agent hi", model: [{ text: "Hello." }], expect: { answer: "Hello." } },
  ],
};
const PARTS: readonly Answer[] = RIGHT_AT_ONCE.map((text) => say(text));

async function git(home: TestHome, ...args: readonly string[]): Promise<string> {
  const environment = { PATH: Bun.env["PATH"] ?? "", HOME: home.path };
  const ran = await runProgram(["git", ...args], { cwd: home.path, environment });
  if (ran.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${ran.stderr}`);
  return ran.stdout.trim();
}

/** A home that is a repository with a suite in it. */
async function homeWithSuite(promotion: "ask" | "auto"): Promise<TestHome> {
  return await repositoryHome(promotion, { "fitness/suites/one.json": JSON.stringify(SUITE) });
}

/** @param more files beside the settings; without a suite there is nothing to compare, which takes half of the time. */
async function repositoryHome(
  promotion: "ask" | "auto",
  more: Readonly<Record<string, string>> = {},
): Promise<TestHome> {
  const home = await testHome();
  const files = {
    // HOME is the same folder, and Bun keeps a cache there.
    ".gitignore": ".org/\n.bun/\n",
    "org.config": `promotion = "${promotion}"\n`,
    ...more,
  };
  for (const [name, text] of Object.entries(files)) await Bun.write(join(home.path, name), text);
  await git(home, "init", "--quiet", "--initial-branch=main", "--template=");
  await git(home, "config", "user.name", "A");
  await git(home, "config", "user.email", "a@example.invalid");
  await git(home, "add", "--all");
  await git(home, "commit", "--quiet", "-m", "begin");
  return home;
}

/** The tool is in main, and the verdict on it holds every stage. */
async function expectThorough(home: TestHome): Promise<void> {
  expect(await git(home, "log", "-1", "--format=%s", "main")).toBe("feat(tools): median");
  const branch = await git(
    home,
    "for-each-ref",
    "--format=%(refname:lstrip=2)",
    "refs/heads/cand/",
  );
  const { stdout } = await home.run(["cand", "show", branch, "--evidence", "--json"]);
  const last = JSON.parse(stdout).record.stages.slice(-3);
  expect(last).toMatchObject(["S6", "S7", "S8"].map((id) => ({ id, result: "pass" })));
}

// Each waits for the sandbox most of the time.
test.concurrent("a room compares with main's suite before it promotes by itself", async () => {
  await using home = await homeWithSuite("auto");
  const forging = call("forge", { goal: GOAL, name: "median" });
  await using server = scriptedServer([forging, ...PARTS, say("You have it.")]);
  const stdin = "@@toolsmith build a median\n";
  const ran = await home.run(["chat", "--plain"], { url: server.url, stdin });
  expect([ran.exitCode, ran.stdout]).toEqual([0, expect.stringContaining("You have it.")]);
  await expectThorough(home);
});

test.concurrent("so does org forge --promote, after the approval of the user who typed it", async () => {
  await using home = await homeWithSuite("ask");
  await using server = scriptedServer(PARTS);
  const ran = await home.run(["forge", "--goal", GOAL, "--promote"], { url: server.url });
  expect([ran.exitCode, ran.exitCode === 0 ? "" : ran.stderr]).toEqual([0, ""]);
  expect(ran.stdout + ran.stderr).toContain("it is promoted, tag promotion/");
  await expectThorough(home);
});

/** Waits when it is started first; started again with a new release it ends, and keeps who restarted it. */
const ENDS_WHEN_RESTARTED = `
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
if (existsSync(".org/started")) {
  copyFileSync(".org/run/service-promotion.json", ".org/promoter.json");
  process.exit(3);
}
writeFileSync(".org/started", "");
setInterval(() => undefined, 1000);
`;

/** A process that counts as what serves, and does not survive a promotion. */
async function servesBadly(home: TestHome): Promise<AsyncDisposable> {
  const program = join(home.path, ".org", "serves.ts");
  await Bun.write(program, ENDS_WHEN_RESTARTED);
  const child = Bun.spawn([process.execPath, program, "serve"], { cwd: home.path });
  const record = { name: "current", port: 0, commit: "", ...(await identityOf(child.pid)) };
  await Bun.write(join(home.path, ".org/run/generation-current.json"), JSON.stringify(record));
  await until("it started", async () => existsSync(join(home.path, ".org/started")));
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function expectReverted(home: TestHome): Promise<void> {
  const subjects = (await git(home, "log", "-2", "--format=%s", "--first-parent", "main")).split(
    "\n",
  );
  expect(subjects).toEqual([expect.stringContaining("revert: promotion/"), "feat(tools): median"]);
}

test("a room says that a promotion by itself was reverted at once, to model and human", async () => {
  await using home = await repositoryHome("auto");
  await using _ = await servesBadly(home);
  const forging = call("forge", { goal: GOAL, name: "median" });
  await using server = scriptedServer([forging, ...PARTS, say("It did not work out.")]);
  const stdin = "@@toolsmith build a median\n";
  const ran = await home.run(["chat", "--plain"], { url: server.url, stdin });
  expect(ran.stdout).toContain("was reverted at once");
  expect(ran.stdout).not.toContain("it is promoted");
  expect(JSON.stringify(server.requests.at(-1))).toContain("was reverted at once");
  await expectReverted(home);
});

test("org forge --promote ends with 1 when what serves does not survive the promotion", async () => {
  await using home = await repositoryHome("ask");
  await using _ = await servesBadly(home);
  await using server = scriptedServer(PARTS);
  const line = ["forge", "--goal", GOAL, "--promote", "--json"];
  const ran = await home.run(line, { url: server.url });
  const told = JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "");
  const tag = expect.stringContaining("promotion/");
  const note = expect.stringContaining("did not start");
  expect([ran.exitCode, told]).toEqual([
    1,
    expect.objectContaining({ type: "promotion", outcome: "reverted", tag, note }),
  ]);
  await expectReverted(home);
  const promoter = await Bun.file(join(home.path, ".org/promoter.json")).json();
  expect(promoter).toMatchObject({
    role: "promotion",
    command: expect.stringContaining("org forge"),
  });
});
