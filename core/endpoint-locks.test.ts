import { expect, test } from "bun:test";
import { endpointLocks } from "./endpoint-locks.ts";

test("the same endpoint has the same lock, another one its own", () => {
  const lockOf = endpointLocks(2);
  expect(lockOf("http://a")).toBe(lockOf("http://a"));
  expect(lockOf("http://a")).not.toBe(lockOf("http://b"));
  expect(lockOf("http://a").limit).toBe(2);
});
