import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { candidateOfBranch, candidateOfCommit } from "./candidate.ts";
import { programIn, releaseMain } from "./main-release.ts";
import { candidateTree, currentTree } from "./served-tree.ts";

const SHOUT = "tools/generated/shout/tool.ts";

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => "none",
    (error: unknown) => Reflect.get(Object(error), "code"),
  );

test("current is served as it lies there, until main is released, however main moved", async () => {
  using home = new CandidateRepository();
  const tools = (folder: string): string => join(folder, "tools", "generated");
  const first = home.id("main");
  const unreleased = await currentTree(home.checkout);
  expect(unreleased).toEqual({ commit: first, tools: tools(home.checkout), leftOut: [] });
  const moved = home.commit("by hand", { [SHOUT]: "export {};\n" });
  expect(await releaseMain(home.checkout, 0)).toBe(moved);
  expect(await releaseMain(home.checkout, 0)).toBe(moved);
  const { commit, tools: folder } = await currentTree(home.checkout);
  expect([commit, folder]).toEqual([moved, tools(join(home.checkout, ".org", "releases", moved))]);
  expect(existsSync(join(folder, "shout", "tool.ts"))).toBe(true);
});

test("of a candidate the tools are served, and what else it changes is told", async () => {
  using home = new CandidateRepository();
  const commit = home
    .branch("one")
    .commit("x", { [SHOUT]: "export {};\n", "main.ts": "export const version = 2;\n" });
  home.git("checkout", "--quiet", "main");
  const tree = await candidateTree(home.checkout);
  expect(tree).toMatchObject({ commit, branch: "cand/one", leftOut: ["main.ts"] });
  expect(existsSync(join(tree.tools, "shout", "tool.ts"))).toBe(true);
  expect(home.git("status", "--porcelain")).toBe("");
});

test("what a candidate's commit does not hold is not served", async () => {
  using home = new CandidateRepository();
  expect(await codeOf(candidateTree(home.checkout))).toBe("INPUT_MISSING");
  const { branch, folder } = await candidateOfCommit(home.checkout, home.id("main"), 0);
  expect(branch).toBe("cand/19700101T000000Z");
  expect(await codeOf(candidateTree(home.checkout, "cand/none"))).toBe("INPUT_MISSING");
  writeFileSync(join(folder, "tools/generated/word-count/tool.ts"), "export {};\n");
  expect(await codeOf(candidateTree(home.checkout, branch))).toBe("INPUT_INVALID");
  expect((await candidateOfBranch(home.checkout, branch)).folder).toBe(folder);
});

test("a home that holds no org of its own is served by the one that runs", () => {
  using home = new CandidateRepository();
  expect(programIn(home.checkout, "/here/main.ts")).toBe("/here/main.ts");
  const ours = join(import.meta.dir, "..", "..");
  expect(programIn(ours, "/here/main.ts")).toBe(join(ours, "main.ts"));
});
