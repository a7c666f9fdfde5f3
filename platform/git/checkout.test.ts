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

test("runs no program that the repository names", async () => {
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(folder, ".gitattributes"), "* filter=f diff=d merge=m\n");
  git("add", ".gitattributes");
  git("commit", "--quiet", "--message=root");
  const run = `touch ${join(folder, "ran")}`;
  const names = ["core.fsmonitor", "core.pager", "diff.external", "core.editor"];
  const drivers = ["filter.f.clean", "filter.f.process", "merge.m.driver", "trailer.t.command"];
  for (const name of [...names, ...drivers]) git("config", name, run);
  git("config", "core.hooksPath", "hooks");
  writeFileSync(join(folder, ".gitattributes"), "* filter=f diff=d merge=m # changed\n");
  expect(await readCheckout(folder)).toMatchObject({ branch: "main", changed: 1 });
});

test("says what Git says of a checkout without a commit", async () => {
  git("init", "--quiet", "--initial-branch=main");
  expect(await readCheckout(folder)).toContain("ambiguous argument 'HEAD'");
});

test("says why a folder is not a checkout", async () => {
  expect(await readCheckout(folder)).toContain("not a git repository");
});
