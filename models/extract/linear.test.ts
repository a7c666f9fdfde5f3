import { describe, expect, test } from "bun:test";
import { ATTACKED_TOOLS, ATTACKS, attackOf } from "#test/attacks.ts";
import { characterVisits } from "#test/character-visits.ts";
import { createExtractor } from "./create.ts";
import { neutralise } from "./neutralise.ts";

const LENGTH = 1_000;
const LONGER = 16;
/** Linear work grows by 16, and a little more where the short text has none of what is repeated yet; quadratic work by 256. */
const MOST_GROWTH = 2 * LONGER;

function visits(text: string, pieceLength: number): number {
  return characterVisits(() => {
    const extractor = createExtractor({ tools: ATTACKED_TOOLS });
    for (let at = 0; at < text.length; at += pieceLength) {
      extractor.push(text.slice(at, at + pieceLength));
    }
    extractor.end();
  });
}

// The time that it takes is measured in bench/extraction.ts.
describe.each(Object.entries(ATTACKS))("the extractor looks at %s", (_name, attack) => {
  test.each([Number.MAX_SAFE_INTEGER, 7])("in linear work, in pieces of %d", (pieceLength) => {
    const [short, long] = [attackOf(attack, LENGTH), attackOf(attack, LENGTH * LONGER)];
    const growth = visits(long, pieceLength) / visits(short, pieceLength);
    expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
  });
});

test("neutralising takes linear work", () => {
  const work = (length: number): number => {
    const text = attackOf(["", `<|a|><tool_call>]<]minimax[>[Action Input: <`], length);
    return characterVisits(() => neutralise(text));
  };
  expect(work(LENGTH * LONGER) / work(LENGTH)).toBeLessThanOrEqual(MOST_GROWTH);
});

test("work that looks at all again for each piece is seen as such", () => {
  const work = (length: number): number =>
    characterVisits(() => {
      let all = "";
      for (let at = 0; at < length; at += 7) {
        all += "x".repeat(7);
        all.indexOf("y");
      }
    });
  expect(work(LENGTH * LONGER) / work(LENGTH)).toBeGreaterThan(200);
});
