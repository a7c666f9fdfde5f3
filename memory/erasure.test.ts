import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { holdsText } from "./erased-texts.ts";
import { erasureOf, withoutText } from "./erasure.ts";

const CODE = "The alarm code is 4711.";
const erased = (text: string, sought = CODE) => withoutText(sought, holdsText(sought))(text);

test.each([
  ["Note this: The alarm code is 4711. Thanks!", "Note this: [forgotten] Thanks!"],
  ["Hi. I say the ALARM code is\n4711, ok? Bye.", "Hi. [forgotten] Bye."],
  ["the alarm code is 4711\nnext line", "[forgotten]\nnext line"],
  ["The alarm code is 4711. The alarm code is **4711**! End", "[forgotten] End"],
  ["The alarm code is 4712.", "The alarm code is 4712."],
  ["The alarm is loud.", "The alarm is loud."],
])("%j is %j afterwards", (text, rest) => {
  expect(erased(text)).toBe(rest);
});

test("a text that is too common to be told from others goes nowhere", () => {
  expect(erased("Yes. And you?", "Yes.")).toBe("Yes. And you?");
});

describe("of the line that a note came from", () => {
  const note = { text: "The shop opens at nine on Mondays.", quote: "at nine, the shop, Mondays" };
  const said = "We open at nine, the shop, Mondays. Lunch?";

  test("what was quoted goes, too, and from no other line", () => {
    const { from, line } = erasureOf({ ...note, room: "r", seq: 3 });
    expect([from(said), line?.room, line?.seq]).toEqual([said, "r", 3]);
    expect(line?.from(said)).toBe("We open [forgotten]. Lunch?");
  });

  test("what is too short to be told from others goes from it, too", () => {
    const { from, line } = erasureOf({ text: "Black tea", quote: "tea", room: "r", seq: 3 });
    expect(from("Black tea for me.")).toBe("Black tea for me.");
    expect(line?.from("Black tea, or tea?")).toBe("[forgotten], or [forgotten]?");
  });

  test("nothing is known where it came from none", () => {
    const none = { room: undefined, seq: undefined };
    expect(erasureOf({ ...note, ...none }).line).toBeUndefined();
  });
});

test("whatever stands around it, it stands there no more", () => {
  const word = fc.constantFrom("alarm", "the code", "4711", ".", "!\n", "is", "Hello", "?", "的");
  fc.assert(
    fc.property(fc.array(word), fc.array(word), (before, after) => {
      const rest = erased([...before, CODE, ...after].join(" "));
      expect(holdsText(CODE)(rest)).toBe(false);
      expect(rest).toContain("[forgotten]");
    }),
  );
});
