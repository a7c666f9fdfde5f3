import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCheckout } from "./checkout.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-checkout-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  const env = {
    ...{ PATH: Bun.env["PATH"], HOME: folder, GIT_AUTHOR_NAME: "test", GIT_COMMITTER_NAME: "test" },
    ...{ GIT_AUTHOR_EMAIL: "test@example.invalid", GIT_COMMITTER_EMAIL: "test@example.invalid" },
  };
  return Bun.spawnSync(["git", ...args], { cwd: folder, env })
    .stdout.toString()
    .trim();
}

test("tells the branch, the commit and how much is changed", async () => {
  git("init", "--quiet", "--initial-branch=main");
  git("commit", "--quiet", "--allow-empty", "--message=root");
  writeFileSync(join(folder, "new file"), "");
  const commit = git("rev-parse", "HEAD");
  expect(await readCheckout(folder)).toEqual({ branch: "main", commit, changed: 1 });
});

test("says what Git says of a checkout without a commit", async () => {
  git("init", "--quiet", "--initial-branch=main");
  expect(await readCheckout(folder)).toContain("ambiguous argument 'HEAD'");
});

test("says why a folder is not a checkout", async () => {
  expect(await readCheckout(folder)).toContain("not a git repository");
});
