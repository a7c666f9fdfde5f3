import { expect, test } from "bun:test";
import { retry } from "./retry.ts";

test("work that succeeds is done once", async () => {
  const options = { attempts: 2, firstWaitMs: 1, factor: 1, sleep: async () => {} };
  expect(await retry(async () => "sun", options)).toBe("sun");
});
