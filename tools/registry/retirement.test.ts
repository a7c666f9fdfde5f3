import { expect, test } from "bun:test";
import { whyRetire } from "./retirement.ts";
import { trustOf } from "./trust.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;

/** What is said of a tool with as many good uses and breakdowns, the last of them so many days ago. */
function why(uses: { good?: number; broken?: number; failed?: number }, days: number) {
  const { good = 0, broken = 0, failed = 0 } = uses;
  const at = NOW - days * DAY;
  const trust = trustOf(
    [
      ...Array.from({ length: good }, () => ({ at, ok: true })),
      ...Array.from({ length: broken }, () => ({ at, ok: false, outcome: "breakdown" }) as const),
      ...Array.from({ length: failed }, () => ({ at, ok: false, outcome: "failure" }) as const),
    ],
    NOW,
  );
  return whyRetire({ trust, promotedAt: NOW - 100 * DAY }, NOW);
}

test("a tool that is used and works stays", () => {
  expect(why({ good: 1 }, 0)).toBeUndefined();
  expect(why({ good: 30, broken: 5 }, 1)).toBeUndefined();
});

test("a tool that is never called may go, and a new one has time", () => {
  expect(why({}, 0)).toBe("it was never used in the 100 days since it was promoted");
  expect(why({ good: 3 }, 61)).toBe("it was last used 61 days ago");
  expect(why({ good: 3 }, 59)).toBeUndefined();
  const trust = trustOf([], NOW);
  expect(whyRetire({ trust, promotedAt: NOW - 59 * DAY }, NOW)).toBeUndefined();
});

test("a tool that breaks down may go; a failure that its contract names is none", () => {
  expect(why({ good: 6, broken: 4 }, 0)).toBe("it broke down in 4 of 10 calls");
  expect(why({ good: 5, broken: 4 }, 0)).toBeUndefined();
  expect(why({ failed: 40 }, 0)).toBeUndefined();
});

test("a tool that is trusted less than a tenth may go, whatever it did long ago", () => {
  expect(why({ broken: 9 }, 0)).toBe("its trust is 0.09: of late it breaks down (9 of 9 calls)");
  expect(why({ broken: 8 }, 0)).toBeUndefined();
  const at = (days: number, ok: boolean) =>
    ({ at: NOW - days * DAY, ok, outcome: ok ? undefined : "breakdown" }) as const;
  const uses = [
    ...Array.from({ length: 200 }, () => at(70, true)),
    ...Array.from({ length: 15 }, () => at(0, false)),
  ];
  const record = { trust: trustOf(uses, NOW), promotedAt: NOW - 100 * DAY };
  expect(whyRetire(record, NOW)).toBe(
    "its trust is 0.07: of late it breaks down (15 of 215 calls)",
  );
});
