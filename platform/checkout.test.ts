import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { readCheckout } from "./checkout.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-checkout-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("tells the branch, the commit and how much is changed", async () => {
  const git = simpleGit(folder);
  await git.init(["-b", "main"]);
  await git.addConfig("user.name", "test").addConfig("user.email", "test@example.invalid");
  await git.commit("root", { "--allow-empty": null });
  writeFileSync(join(folder, "new file"), "");
  const commit = (await git.revparse(["HEAD"])).trim();
  expect(await readCheckout(folder)).toEqual({ branch: "main", commit, changed: 1 });
});

test("says why a folder is not a checkout", async () => {
  expect(await readCheckout(folder)).toContain("not a git repository");
});
