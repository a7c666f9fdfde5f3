import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CandidateRepository } from "#test/candidate-repository.ts";
import {
  candidateBranches,
  candidateOfFiles,
  candidateOfPatch,
  removeCandidate,
} from "./candidate.ts";

const ABOUT = { title: "feat(tools): shout", nowMs: Date.UTC(2026, 10, 21, 8, 30) };
const TOOL = "tools/generated/shout/tool.ts";

test("files become one commit on main, in a work tree of its own", async () => {
  using home = new CandidateRepository();
  writeFileSync(join(home.checkout, "mine.txt"), "mine\n");
  const files = new Map([[TOOL, "export const input = 1;\n"]]);
  const one = await candidateOfFiles(home.checkout, files, ABOUT);
  expect(one.branch).toBe("cand/20261121T083000Z");
  expect(home.git("log", "--format=%an: %s", `main..${one.branch}`)).toBe(
    "org forge: feat(tools): shout\n",
  );
  expect(readFileSync(join(one.folder, TOOL), "utf8")).toBe("export const input = 1;\n");
  expect(home.git("status", "--porcelain")).toBe("?? mine.txt\n");
  expect(home.git("symbolic-ref", "HEAD")).toBe("refs/heads/main\n");
  const two = await candidateOfFiles(home.checkout, files, ABOUT);
  expect(two.branch).toBe("cand/20261121T083000Z-2");
  expect(await candidateBranches(home.checkout)).toEqual([two.branch, one.branch]);
  await removeCandidate(home.checkout, one.branch);
  expect(existsSync(one.folder)).toBe(false);
  expect(await candidateBranches(home.checkout)).toEqual([two.branch]);
});

test("a patch becomes one, or nothing when it does not apply", async () => {
  using home = new CandidateRepository();
  home.branch("source").commit("x", { "docs/guide.md": "Better.\n" });
  const patch = home.git("diff", "main", "cand/source");
  home.git("checkout", "--quiet", "main");
  const made = await candidateOfPatch(home.checkout, patch, ABOUT);
  expect(readFileSync(join(made.folder, "docs/guide.md"), "utf8")).toBe("Better.\n");
  expect(home.id(made.branch)).toBe(made.commit);
  const outside = patch.replaceAll("docs/guide.md", "../../guide.md");
  for (const wrong of [patch.replaceAll("A guide.", "Another."), "no patch", outside]) {
    const failure = await candidateOfPatch(home.checkout, wrong, ABOUT).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "INPUT_INVALID" });
  }
  expect(await candidateBranches(home.checkout)).toEqual(["cand/source", made.branch]);
});
