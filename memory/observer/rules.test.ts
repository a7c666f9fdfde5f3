import { describe, expect, test } from "bun:test";
import { REFUSED } from "#test/memory/observer-sentences.ts";
import { TOLD } from "#test/memory/told-sentences.ts";
import {
  hasFence,
  isCourtesy,
  isHypothetical,
  isInGame,
  isOfTheHour,
  isPasted,
  isQuestion,
  isQuoted,
  isReported,
  isRequest,
  isTooLong,
  isTooShort,
  isWithdrawn,
  tellsSecret,
} from "./rules.ts";

const RULES: Readonly<Record<string, (sentence: string) => boolean>> = {
  isTooShort,
  isTooLong,
  hasFence,
  isPasted,
  isQuestion,
  isHypothetical,
  isRequest,
  isOfTheHour,
  isCourtesy,
  isReported,
  tellsSecret,
  isWithdrawn: (sentence) => isWithdrawn(sentence, sentence, undefined),
};

describe("what is told", () => {
  test.each(TOLD)("%j passes every rule", (sentence) => {
    const refusing = Object.entries(RULES).filter(([, refuses]) => refuses(sentence));
    expect(refusing.map(([name]) => name)).toEqual([]);
  });
});

describe.each(Object.entries(REFUSED))("%s refuses", (name, sentences) => {
  test.each(sentences)("%j", (sentence) => {
    expect(RULES[name]?.(sentence)).toBe(true);
  });
});

test.each([
  ["use the shared login", "The poster has “use the shared login” on it.", true],
  ["use the shared login", "The poster has `use the shared login` on it.", true],
  ["use the shared login", "We use the shared login, called “team”.", false],
  ["We say ship it when it is done", "We say “ship it” when it is done.", false],
])("%j of %j is in quotation marks: %p", (quote, sentence, isIt) => {
  expect(isQuoted(quote, sentence)).toBe(isIt);
});

test.each([
  ["We use tabs.", "We use tabs. Scratch that.", undefined, true],
  ["We use tabs.", "We use tabs.", "Sorry, I meant spaces.", true],
  ["We use tabs.", "We use tabs.", "No wait, that was wrong.", true],
  ["Wir nutzen Tabs.", "Wir nutzen Tabs.", "Stimmt nicht, wir nutzen Leerzeichen.", true],
  ["We use tabs.", "Scratch that. We use tabs.", undefined, false],
  ["We use tabs.", "We use tabs.", "Thanks. Never mind the noise here.", false],
])("%j in %j before %p is withdrawn: %p", (...[sentence, line, next, isIt]) => {
  expect(isWithdrawn(sentence, line, next)).toBe(isIt);
});

test("what is supposed holds for all that follows in the line, and for nothing before", () => {
  const line = "I live in Graz. Suppose we move. Then rent is low.";
  const sentences = ["I live in Graz.", "Suppose we move.", "Then rent is low."];
  expect(sentences.map((sentence) => isHypothetical(sentence, line))).toEqual([false, true, true]);
});

test.each([
  ["Let's play: you are a dragon and I am a knight.", false, true],
  ["I draw my sword and attack the dragon.", true, true],
  ["Write a story about a robot named Kip who hates rain.", false, true],
  ["Write a test for the story about the login.", false, false],
  ["Lass uns Piraten spielen.", false, true],
  ["We must be done, and I am tired.", false, false],
  ["Back to work: our staging port is 8443.", true, false],
  ["You are right and I use tabs.", false, false],
  ["We play football on Mondays.", false, false],
])("%j behind a game (%p) is said in one: %p", (line, wasInGame, isIt) => {
  expect(isInGame(line, wasInGame)).toBe(isIt);
});
