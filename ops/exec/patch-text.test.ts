import { describe, expect, test } from "bun:test";
import { commitMessage, readBreadcrumb, readCommitPatch, writeCommitPatch } from "./patch-text.ts";

describe("the two blocks", () => {
  test("are read as they were written", () => {
    const both = { message: "fix: it\n\nBecause.", patch: "diff --git a/x b/x\n---PATCH---\n" };
    expect(readCommitPatch(writeCommitPatch(both))).toEqual(both);
  });

  test("a bare diff is one without a message, to the byte", () => {
    const patch = "--- a/x\r\n+++ b/x\r\n";
    expect(readCommitPatch(patch)).toEqual({ patch });
  });

  test.each([
    ["nothing", " \n", "it is empty"],
    ["one block", "---COMMIT_MSG---\nx\n", "no ---PATCH---"],
    ["an empty patch", "---COMMIT_MSG---\nx\n---PATCH---\n", "one of its two blocks is empty"],
  ])("%s is not a patch", (_name, text, why) => {
    expect(() => readCommitPatch(text)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", why: expect.stringContaining(why) }),
    );
  });
});

describe("the commit message", () => {
  test("ends with the breadcrumb as a trailer, beside others", () => {
    expect(commitMessage("fix: it", "J-1")).toBe("fix: it\n\nTracking-Breadcrumb: J-1");
    expect(commitMessage("fix: it\n\nWhy: so\n\nRefs: 1", "J-1")).toBe(
      "fix: it\n\nWhy: so\n\nRefs: 1\nTracking-Breadcrumb: J-1",
    );
    expect(commitMessage("fix: it \n\nWhy.", undefined)).toBe("fix: it\n\nWhy.");
  });

  test("holds no breadcrumb and no marker of the model's own", () => {
    const message = "fix: it\n---PATCH---\ntracking-breadcrumb: fake";
    expect(commitMessage(message, "J-1")).toBe("fix: it\n\nTracking-Breadcrumb: J-1");
    expect(commitMessage("---PATCH---", "J-1")).toBeUndefined();
  });
});

test("a breadcrumb is one plain line", () => {
  expect(readBreadcrumb("J-1 of 2")).toBe("J-1 of 2");
  expect(readBreadcrumb("")).toBeUndefined();
  for (const wrong of ["a\nb", " a", "a\u202eb", "x".repeat(201)]) {
    expect(() => readBreadcrumb(wrong)).toThrow("TRACKING_BREADCRUMB cannot be used");
  }
});
