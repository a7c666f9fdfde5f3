import { expect, test } from "bun:test";
import { ABSENT, FILE } from "#platform/git/entry-modes.ts";
import { UserProject } from "#test/user-project.ts";
import { refuseLarge } from "./large-files.ts";
import { openUserCheckout } from "./user-checkout.ts";

test("what a process cannot hold is refused before a branch moves, at just one byte too many", async () => {
  using user = new UserProject({ "small.bin": "x".repeat(100), "large.bin": "x".repeat(101) });
  const checkout = await openUserCheckout(user.root);
  const idOf = (path: string) => user.git("rev-parse", `HEAD:${path}`).trim();
  const nothing = { mode: ABSENT, id: "0".repeat(40) };
  const move = (path: string, before = nothing, after = { mode: FILE, id: idOf(path) }) => ({
    path,
    ...{ oldMode: before.mode, oldId: before.id, newMode: after.mode, newId: after.id },
  });
  const large = { mode: FILE, id: idOf("large.bin") };
  await refuseLarge(checkout, [], 100);
  await refuseLarge(checkout, [move("small.bin"), move("large.bin", large, nothing)], 100);
  // What comes from the room is not in the user's repository yet, and was measured when it was kept.
  await refuseLarge(checkout, [move("new.txt", nothing, { mode: FILE, id: "1".repeat(40) })], 100);
  const moves = [move("small.bin"), move("large.bin")];
  await expect(refuseLarge(checkout, moves, 100)).rejects.toMatchObject({
    code: "PATH_REFUSED",
    message: "A file is too large for org to write",
    why: "large.bin: it has more than 100 bytes.",
    remedies: [expect.stringContaining("git revert -m 1")],
    unchanged: "Nothing was changed.",
  });
});
