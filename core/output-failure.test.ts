import { expect, test } from "bun:test";
import { outputFailure } from "./output-failure.ts";

const failed = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

test.each(["EPIPE", "ECONNRESET"])("a reader that has left with %s is no failure", (code) => {
  expect(outputFailure(failed(code))).toBeUndefined();
});

test.each(["ENOSPC", "EDQUOT", "EIO", "EFBIG"])("%s is a failure that names itself", (code) => {
  expect(outputFailure(failed(code))).toMatchObject({ code: "FILE_FAILED", why: `${code}: write` });
});

test("an error that the system has not named is a failure, too", () => {
  expect(outputFailure(new Error("closed"))).toMatchObject({ why: "closed" });
  expect(outputFailure("closed")).toMatchObject({ code: "FILE_FAILED" });
});
