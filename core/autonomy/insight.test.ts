import { expect, test } from "bun:test";
import { type EarlierInsight, type InsightCandidate, judgeInsight, searchKey } from "./insight.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

function offered(about: Partial<InsightCandidate>): InsightCandidate {
  return {
    text: "The deploy script needs Bun 1.4.5",
    now: NOW,
    earlier: [],
    topics: [0.4],
    ...about,
  };
}
function earlier(about: Partial<EarlierInsight>): EarlierInsight {
  return { text: "Something else", savedAt: NOW - 10 * MINUTE, cosine: 0.1, ...about };
}

test("what is about the user's things and new is kept", () => {
  expect(judgeInsight(offered({ earlier: [earlier({ cosine: 0.899 })] }))).toBe("keep");
});

test.each([[[]], [[0.399, -1, 0]]])("what is near to none of %p is off the topic", (topics) => {
  expect(judgeInsight(offered({ topics }))).toBe("off-topic");
});

test.each([
  { cosine: 0.9 },
  { text: "The deploy script needs bun 1.4.5!" },
  { text: "  the  DEPLOY script, needs Bun 1.4.5" },
])("%p says the same", (about) => {
  expect(judgeInsight(offered({ earlier: [earlier({}), earlier(about)] }))).toBe("same");
});

test("the twentieth newest counts, the twenty-first does not", () => {
  const others = Array.from({ length: 19 }, () => earlier({}));
  const same = earlier({ cosine: 1 });
  expect(judgeInsight(offered({ earlier: [...others, same] }))).toBe("same");
  expect(judgeInsight(offered({ earlier: [...others, earlier({}), same] }))).toBe("keep");
});

test("within five minutes of another one none is kept, also where the clock was set back", () => {
  const at = (savedAt: number) => judgeInsight(offered({ earlier: [earlier({ savedAt })] }));
  expect(at(NOW - 5 * MINUTE + 1)).toBe("too-soon");
  expect(at(NOW - 5 * MINUTE)).toBe("keep");
  expect(at(NOW + MINUTE)).toBe("too-soon");
  expect(at(NOW + 5 * MINUTE)).toBe("keep");
});

test("a search is the same in other case, order and marks, and not with other words", () => {
  expect(searchKey(" Opening hours, shop? ")).toBe(searchKey("shop  opening HOURS hours"));
  expect(searchKey("opening hours")).not.toBe(searchKey("opening times"));
  expect(searchKey("v1")).not.toBe(searchKey("v2"));
});
