/** A tool from a wish to its use and back, in one room: forged, judged, merged, called, taken back. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GOAL, RIGHT_AT_ONCE } from "#test/forge-answers.ts";
import { type OrgProcess, type TestHome, testHome } from "#test/org-process.ts";
import { call, say } from "#test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";

let home: TestHome;

beforeEach(async () => {
  home = await testHome();
  // HOME is the same folder, and Bun keeps a cache there.
  writeFileSync(join(home.path, ".gitignore"), ".org/\n.bun/\n");
  git("init", "--quiet", "--initial-branch=main", "--template=");
  git("add", "--all");
  git(
    "-c",
    "user.name=A",
    "-c",
    "user.email=a@example.invalid",
    "commit",
    "--quiet",
    "-m",
    "begin",
  );
});
afterEach(async () => await home[Symbol.asyncDispose]());

function git(...args: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd: home.path });
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}

const TOOL = "tools/generated/median/tool.ts";
const written = (): boolean => existsSync(join(home.path, TOOL));

/** What the model is told last, and which tools it may call. */
function lastOf(server: ScriptedServer): { readonly told: string; readonly tools: string[] } {
  const { messages, tools = [] } = server.requests.at(-1)?.body ?? { messages: [] };
  return {
    told: messages.at(-1)?.content ?? "",
    tools: tools.map((tool) => tool.function.name),
  };
}

/** Types a line and waits for a word of the answer. */
async function type(room: OrgProcess, line: string, answer: string): Promise<void> {
  await room.write(`${line}\n`);
  await room.stdout.shows(answer);
}

/** What is printed when main moves from where it is now. */
const moved = (): string => `main moved from ${git("rev-parse", "main").slice(0, 12)}`;

test("a tool is asked for, judged, merged, used and taken back in one conversation", async () => {
  await using server = scriptedServer([
    call("forge", { goal: GOAL, name: "median" }),
    ...RIGHT_AT_ONCE.map((text) => say(text)),
    say("The tool median waits for your yes."),
    call("median", { numbers: [1, 5, 3] }),
    say("It is three."),
    say("I cannot any more."),
  ]);
  await using room = home.start(["chat", "--plain"], { url: server.url, keepsTyping: true });
  await type(room, "@@toolsmith build a median", "waits for your yes.");
  const [branch = ""] = git(
    "for-each-ref",
    "--format=%(refname:lstrip=2)",
    "refs/heads/cand/",
  ).split("\n");
  expect(branch).toStartWith("cand/");
  expect(written()).toBe(false);
  await type(room, "/cand", "promote");
  await type(room, "/promote", moved());
  expect(written()).toBe(true);
  expect(git("status", "--porcelain")).toBe("");
  await type(room, "@@agent what is the median of 1, 5 and 3?", "It is three.");
  expect(lastOf(server).told).toContain('{"median":3}');
  await type(room, "/rollback", moved());
  expect(written()).toBe(false);
  await type(room, "@@agent and of 2 and 4?", "I cannot any more.");
  expect(lastOf(server).tools).not.toContain("median");
  await type(room, "/rollback", moved());
  expect(readFileSync(join(home.path, TOOL), "utf8")).toContain("median");
  await room.close();
  const signers = join(home.path, ".org/gate/allowed_signers");
  git("-c", `gpg.ssh.allowedSignersFile=${signers}`, "verify-commit", "main");
});
