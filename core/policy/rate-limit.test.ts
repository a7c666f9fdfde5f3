import { expect, test } from "bun:test";
import fc from "fast-check";
import { RateLimits, TokenBucket } from "./rate-limit.ts";

test("gives a burst, then one token after the other as time goes by", () => {
  let now = 0;
  const bucket = new TokenBucket(30, () => now);
  for (let i = 0; i < 30; i += 1) expect(bucket.take()).toBe(0);
  expect(bucket.take()).toBe(2000);
  now = 1999;
  expect(bucket.take()).toBe(1);
  now = 2000;
  expect(bucket.take()).toBe(0);
  expect(bucket.take()).toBe(2000);
});

test("a clock that goes back gives nothing", () => {
  let now = 60_000;
  const bucket = new TokenBucket(1, () => now);
  bucket.take();
  now = 0;
  expect(bucket.take()).toBe(60_000);
});

test("in no minute more than twice the rate goes through, and waiting as told always helps", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), pauses, (rate, given) => {
      let now = 0;
      const bucket = new TokenBucket(rate, () => now);
      const taken: number[] = [];
      for (const pause of given) {
        now += pause;
        const waitMs = bucket.take();
        if (waitMs > 0) {
          now += waitMs;
          expect(bucket.take()).toBe(0);
        }
        taken.push(now);
      }
      for (const start of taken) {
        const within = taken.filter((at) => at >= start && at < start + 60_000);
        expect(within.length).toBeLessThanOrEqual(rate * 2);
      }
    }),
  );
});

test("limits tools by pattern, each pattern by itself", async () => {
  const limits = new RateLimits({ "web_*": 2, web_request: 1 }, () => 0);
  expect(await limits.take("web_request")).toBe(0);
  expect(await limits.take("web_request")).toBeGreaterThan(0);
  expect(await limits.take("sh")).toBe(0);
});

test("refuses a rate that would let nothing through", () => {
  expect(() => new TokenBucket(0)).toThrow(RangeError);
  expect(() => new TokenBucket(Number.NaN)).toThrow(RangeError);
});
