import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { Gate } from "#fitness/gate/gate.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { VerdictStore } from "#fitness/gate/verdict-store.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { proposeRetirement } from "./retire.ts";
import { retireTool } from "./tool-report.ts";

let home: CandidateRepository;
beforeEach(() => {
  home = new CandidateRepository();
});
afterEach(() => home[Symbol.dispose]());

const NEVER_USED = async (): Promise<string> => "it was never used";

const retire = (name: string, why = NEVER_USED, signal = new AbortController().signal) =>
  proposeRetirement({ home: home.checkout, name, why, cleaner: new TextCleaner(), signal });

test("a retirement is a candidate without the tool, held for a human who is told why", async () => {
  const before = home.id("main");
  const { branch, record } = await retire("word-count");
  expect(record).toMatchObject({
    verdict: "hold",
    stage: "S6",
    reason: "word-count: the tool is gone",
    intent: ["word-count"],
  });
  expect(home.id("main")).toBe(before);
  const files = home.git("diff", "--name-status", "main", branch).trim().split("\n");
  expect(files).toHaveLength(4);
  for (const line of files) expect(line).toMatch(/^D\ttools\/generated\/word-count\//);
  // A folder of tools that is empty now is gone with the last of them.
  expect(home.git("ls-tree", "--name-only", `${branch}:tools`).trim()).toBe("tool.ts");
  expect(home.git("log", "-1", "--format=%B", branch)).toContain(
    "chore(tools): retire word-count\n\nit was never used.",
  );
});

test("a tool that is of use goes when a person asks for it, and other tools stay as they are", async () => {
  home.commit("more", { "tools/generated/other/tool.ts": "export {};\n" });
  const { branch, verdict } = await retireTool("word-count", {
    ...{ home: home.checkout, registry: { list: async () => [] }, uses: async () => new Map() },
    ...{ cleaner: new TextCleaner(), signal: new AbortController().signal },
  });
  expect(verdict).toBe("hold");
  expect(home.git("log", "-1", "--format=%B", branch)).toContain("a person asked for it");
  expect(home.git("ls-tree", "--name-only", `${branch}:tools/generated`).trim()).toBe("other");
});

test("a retirement asks for no later change of the tool", async () => {
  await retire("word-count");
  using verdicts = new VerdictStore(promotionPaths(home.checkout).verdicts);
  expect(verdicts.intents()).toEqual([]);
});

test("what main does not have cannot be retired, and a near name is offered", async () => {
  const asked: string[] = [];
  const why = async () => {
    asked.push("why");
    return "";
  };
  const error = await retire("word-cuont", why).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "TOOL_UNKNOWN", remedies: ["org tools retire word-count"] });
  expect(home.git("for-each-ref", "refs/heads/cand/")).toBe("");
  expect(asked).toEqual([]);
});

test("a main without tools says that there is none", async () => {
  home.git("rm", "-r", "--quiet", "tools/generated");
  home.commit("none", {});
  const error = await retire("word-count").catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "TOOL_UNKNOWN", why: "there is none" });
});

test("a home that Git cannot read is not a home without tools", async () => {
  home.git("update-ref", "-d", "refs/heads/main");
  const error = await retire("word-count").catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    code: "INPUT_MISSING",
    message: "The repository has no branch main",
  });
});

test("a candidate that could not be judged stays, and is named", async () => {
  using gate = await Gate.open(home.checkout);
  // What the gate has taken in is kept below this name, and it is a file now.
  writeFileSync(join(gate.paths.repository, "refs", "archive"), "");
  const error = await retire("word-count").catch((failure: unknown) => failure);
  const [branch = ""] = home
    .git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/cand/")
    .split("\n");
  expect(error).toMatchObject({
    code: "PROCESS_FAILED",
    remedies: expect.arrayContaining([`org fitness ${branch} --intent word-count`]),
    unchanged: expect.stringContaining(`${branch} stays`),
  });
});
