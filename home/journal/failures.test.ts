import { expect, test } from "bun:test";
import { journalFailed } from "./failures.ts";

// Seen on a full tmpfs: the file that the processes of a database share could not grow.
test.each(["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "ENOSPC"])(
  "%s is a disk without space: how much is free is the thing to look at",
  (code) => {
    const cause = Object.assign(new Error("disk I/O error"), { code });
    expect(journalFailed({ path: "/home/a b/j.sqlite", noun: "journal" }, cause)).toMatchObject({
      why: `${code}: disk I/O error`,
      remedies: ["df -h '/home/a b'   # free some space, then try again"],
    });
  },
);

test("another fault of the disk is one for its log", () => {
  const cause = Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_READ" });
  expect(journalFailed({ path: "/home/j.sqlite", noun: "journal" }, cause).remedies).toEqual([
    "look at the disk (`dmesg | tail`), then start org again",
  ]);
});
