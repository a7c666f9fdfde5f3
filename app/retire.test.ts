import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { proposeRetirement } from "./retire.ts";

let home: CandidateRepository;
beforeEach(() => {
  home = new CandidateRepository();
});
afterEach(() => home[Symbol.dispose]());

const retire = (name: string) =>
  proposeRetirement({
    ...{ home: home.checkout, name, why: "it was never used" },
    ...{ cleaner: new TextCleaner(), signal: new AbortController().signal },
  });

// Each judges with real Git, in many processes.
setDefaultTimeout(60_000);

test("a retirement is a candidate without the tool, held for a human who is told why", async () => {
  const before = home.id("main");
  const { branch, record } = await retire("word-count");
  expect(record).toMatchObject({
    verdict: "hold",
    stage: "S6",
    reason: "word-count: the tool is gone",
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

test("other tools of main stay as they are", async () => {
  home.commit("more", { "tools/generated/other/tool.ts": "export {};\n" });
  const { branch } = await retire("word-count");
  expect(home.git("ls-tree", "--name-only", `${branch}:tools/generated`).trim()).toBe("other");
});

test("what main does not have cannot be retired, and a near name is offered", async () => {
  const error = await retire("word-cuont").catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "TOOL_UNKNOWN", remedies: ["org tools retire word-count"] });
  expect(home.git("for-each-ref", "refs/heads/cand/")).toBe("");
});
