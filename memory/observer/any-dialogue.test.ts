/** Dialogues that are put together at random: whatever stands around a sentence, the rules say the same of it. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { observedIn } from "#test/memory/observed-dialogue.ts";
import type { Turn } from "#test/memory/observer-dialogues.ts";
import { REFUSED } from "#test/memory/observer-sentences.ts";
import { TOLD } from "#test/memory/told-sentences.ts";
import { judgeItem, type Lesson } from "./judge-item.ts";
import { wordSpans } from "./words.ts";

const fact = fc
  .record({
    say: fc.constantFrom(
      (thing: string, n: number) => `Our ${thing} has the number ${n}.`,
      (thing: string, n: number) => `I prefer the ${thing} of room ${n} over every other one.`,
      (thing: string, n: number) => `We don't use the ${thing} ${n} any more!`,
      (thing: string, n: number) =>
        `We’ve kept the ${thing} in shelf ${n}, e.g. for Dr. Wu, since v1.2.`,
      (thing: string, n: number) => `my ${thing} is called Zoë-${n}`,
      (thing: string, n: number) => `Mein ${thing} steht z. B. nie in Raum ${n}.`,
      (thing: string, n: number) => `Notre ${thing} est à l'étage ${n}…`,
      (thing: string, n: number) => `Наш ${thing} стоит в комнате ${n}.`,
    ),
    thing: fc.constantFrom("server", "printer", "cache", "café", "deploy-key holder", "Datenbank"),
    n: fc.integer({ min: 10, max: 99_999 }),
  })
  .map(({ say, thing, n }) => say(thing, n));

/** Sentences of one row that say something of themselves alone. */
const ALONE = ["isQuestion", "isRequest", "isOfTheHour"] as const;
const trap = fc.constantFrom(
  ...ALONE.flatMap((rule) => REFUSED[rule] ?? []).map((text) =>
    /[.!?。]["”’]?$/.test(text) ? text : `${text}.`,
  ),
);
const told = fc.constantFrom(...TOLD.map((text) => (/[.!?。]$/.test(text) ? text : `${text}.`)));
const neighbours = fc.array(fc.oneof(trap, told), { maxLength: 3 });
const blank = fc.constantFrom(" ", "  ", "\n", " \n ");

/** A line in which a sentence stands among others. */
function lineOf([before, sentence, after, gap]: readonly [
  readonly string[],
  string,
  readonly string[],
  string,
]): string {
  const closed = /[.!?…。]["”’]?$/.test(sentence) || after.length === 0 ? sentence : `${sentence}.`;
  return [...before, closed, ...after].join(gap);
}

/** A run of at least three words of a sentence, written as a model may write it. */
const quoteOf = (sentence: string) =>
  fc
    .record({ from: fc.nat(), length: fc.nat(), upper: fc.boolean(), form: fc.boolean() })
    .map((how) => {
      const words = wordSpans(sentence);
      const from = how.from % (words.length - 2);
      const count = 3 + (how.length % (words.length - from - 2));
      const [first, last] = [words[from], words[from + count - 1]];
      const run = sentence.slice(first?.start, last?.end).replaceAll("’", how.form ? "'" : "’");
      const cased = how.upper ? run.toUpperCase() : run;
      return how.form ? cased.normalize("NFD") : cased;
    });

const flat = (text: string) =>
  text
    .normalize("NFC")
    .replace(/\s+/g, " ")
    .replace(/[.!…]+$/, "");

function judge(turns: readonly Turn[], quote: string): Lesson | string {
  return judgeItem({ quote, kind: "fact" }, observedIn(turns));
}

test("a fact is kept whole, whatever stands around it and however it is quoted", () => {
  const given = fc
    .tuple(neighbours, fact, neighbours, blank, fc.boolean())
    .chain(([before, sentence, after, gap, isDecomposed]) =>
      quoteOf(sentence).map((quote) => ({ before, sentence, after, gap, isDecomposed, quote })),
    );
  fc.assert(
    fc.property(given, ({ before, sentence, after, gap, isDecomposed, quote }) => {
      const line = lineOf([before, sentence, after, gap]);
      fc.pre(Array.from(line.normalize("NFD")).length <= 400);
      const outcome = judge([["user", isDecomposed ? line.normalize("NFD") : line]], quote);
      if (typeof outcome === "string") throw new Error(`refused: ${outcome}`);
      expect(flat(outcome.text)).toBe(flat(sentence));
    }),
  );
});

test("a trap is never kept, whatever stands around it and whatever part of it is quoted", () => {
  const given = fc
    .tuple(
      neighbours,
      trap.filter((text) => wordSpans(text).length >= 3),
      neighbours,
      blank,
    )
    .chain(([before, sentence, after, gap]) =>
      quoteOf(sentence).map((quote) => ({ before, sentence, after, gap, quote })),
    );
  fc.assert(
    fc.property(given, ({ before, sentence, after, gap, quote }) => {
      // What is said by another sentence as well may be kept of that one.
      const others = [...before, ...after].map((text) =>
        wordSpans(text)
          .map(({ word }) => word)
          .join(" "),
      );
      const words = wordSpans(quote)
        .map(({ word }) => word)
        .join(" ");
      fc.pre(!others.some((text) => text.includes(words)));
      const outcome = judge([["user", lineOf([before, sentence, after, gap])]], quote);
      expect(outcome).toBeString();
    }),
  );
});

test("what a tool, a file or a persona said before is not the user's, and what they say behind it changes nothing", () => {
  const other = fc.constantFrom<Turn[0]>("tool", "file", "agent", "python");
  const given = fc
    .tuple(fact, other, told, fc.boolean())
    .chain(([sentence, who, rest, isBefore]) =>
      quoteOf(sentence).map((quote) => ({ sentence, who, rest, isBefore, quote })),
    );
  fc.assert(
    fc.property(given, ({ sentence, who, rest, isBefore, quote }) => {
      const foreign: Turn = [who, `${rest}\n${sentence}\n${rest}`];
      const own: Turn = ["user", sentence];
      const turns: readonly Turn[] = [
        ["user", "Please look."],
        ...(isBefore ? [foreign, own] : [own, foreign]),
      ];
      const outcome = judge(turns, quote);
      if (isBefore) expect(outcome).toBe("repeated");
      else expect(outcome).not.toBeString();
    }),
  );
});

test("whatever is said and offered, what is kept stands in a line of the user", () => {
  const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 120 }), fact, told, trap);
  const turn = fc.tuple(fc.constantFrom<Turn[0]>("user", "agent", "tool", "file"), text);
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 6 }), text, (turns, quote) => {
      const outcome = judge(turns, quote);
      if (typeof outcome === "string") return;
      const lines = turns.filter(([who]) => who === "user").map(([, line]) => flat(line));
      expect(lines.some((line) => line.includes(flat(outcome.text)))).toBe(true);
    }),
  );
});
