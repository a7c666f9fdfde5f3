import { expect, test } from "bun:test";
import { NOTE_EXAM, passesNoteExam, STATEMENTS } from "./note-exam.ts";

const RIGHT = STATEMENTS.flatMap(([, lasts], at) => (lasts ? [at + 1] : []));
const answer = (lasting: unknown) => JSON.stringify({ lasting });

test("it is one question of what lasts and of remarks, of which one may be wrong", () => {
  expect([STATEMENTS.length, RIGHT.length]).toEqual([16, 7]);
  for (const [sentence] of STATEMENTS) expect(NOTE_EXAM.messages[0]?.content).toContain(sentence);
  expect(passesNoteExam(answer(RIGHT))).toBe(true);
  expect(passesNoteExam(`Here: ${answer(RIGHT.slice(1))}`)).toBe(true);
});

test.each([
  ["all", answer(STATEMENTS.map((_, at) => at + 1))],
  ["none", answer([])],
  // What Qwen2.5-Coder-1.5B says.
  ["the first two", answer([1, 2])],
  ["two missing", answer(RIGHT.slice(2))],
  ["one missing, one too many", answer([...RIGHT.slice(1), 2])],
  ["words", "The first one."],
  ["another shape", answer("1, 3")],
])("%s is not a pass", (_, text) => {
  expect(passesNoteExam(text)).toBe(false);
});
