/** Who runs these tests may be root, who may write anywhere: that a folder is refused is in `test/project-attack-states.e2e.test.ts`. */
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { UserProject } from "#test/user-project.ts";
import { openUserCheckout } from "./user-checkout.ts";
import { refuseUnwritable, unwritable } from "./writable.ts";

test("a repository that may be written is not refused, whatever is not there yet", async () => {
  using user = new UserProject();
  rmSync(join(user.root, ".git/logs"), { recursive: true, force: true });
  const moves = [{ path: "a.txt" }, { path: "new/folder/b.txt" }];
  await refuseUnwritable(await openUserCheckout(user.root), moves);
});

test("what may not be written is named, with what gives the right", () => {
  expect(unwritable(["/a b/.git", "/a b/src"])).toMatchObject({
    code: "FILE_FAILED",
    why: expect.stringContaining("'/a b/.git', '/a b/src'"),
    remedies: [
      "chmod u+w '/a b/.git'   # then run the same command again",
      expect.stringContaining("ls -ld '/a b/.git'"),
    ],
    unchanged: expect.stringMatching(/./),
  });
});
