import { expect, test } from "bun:test";
import fc from "fast-check";
import { RepetitionGuard } from "./repetition-guard.ts";

function repeatedIn(text: string, pieceLength = 7): string | undefined {
  const guard = new RepetitionGuard();
  for (let at = 0; at < text.length; at += pieceLength) {
    guard.push(text.slice(at, at + pieceLength));
  }
  return guard.repeated;
}

test.each([
  ["one word", "Hello. ", "Hello."],
  ["a line", "@@user: A human.\n", "@@user: A human."],
  ["several lines", "One.\nTwo.\nThree.\n", "One. Two. Three."],
  ["one character", "=", "="],
])("%s over and over is noticed, whatever came before", (_name, unit, shown) => {
  const stuck = `A sentence that is none of it. ${unit.repeat(Math.ceil(3000 / unit.length))}`;
  const found = repeatedIn(stuck) ?? "";
  // Where the piece begins is for the model to know.
  expect([...found.replace(/\s/g, "")].sort()).toEqual([...shown.replace(/\s/g, "")].sort());
});

test("no word of the piece is shown in two parts, wherever the text ends", () => {
  const shown = [0, 1, 2, 3, 4, 5].map((rest) => repeatedIn("words ".repeat(600).slice(rest), 6));
  expect(new Set(shown)).toEqual(new Set(["words"]));
});

test("a long piece is shown in short", () => {
  const unit = Array.from({ length: 15 }, (_, index) => `word${index}`).join(" ");
  expect(repeatedIn(`${unit}\n`.repeat(40))).toHaveLength(41);
});

test.each([
  ["a ruler", "=".repeat(1500)],
  ["a table of zeros", `${"0x00, ".repeat(16)}\n`.repeat(15)],
  ["numbered lines", Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join("")],
  ["few repetitions of much", "A paragraph of three hundred characters. ".repeat(8).repeat(5)],
])("%s is none", (_name, text) => {
  expect(repeatedIn(`${text} And on with other words.`)).toBeUndefined();
});

test("random words are none, in whatever pieces they come", () => {
  const words = fc.array(fc.lorem({ maxCount: 40 }), { minLength: 30, maxLength: 60 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 900 }), (texts, length) => {
      const text = texts.map((words, index) => `${index} ${words}`).join("\n");
      expect(repeatedIn(text, length)).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});
