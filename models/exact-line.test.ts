import { expect, test } from "bun:test";
import { asksForCommand, asksForProgram, asksForProse } from "./exact-line.ts";

test.each([
  'Write "harbour" from right to left.',
  "Spell the word marmalade backwards.",
  'Which vowels are in "onomatopoeia"?',
  "How many characters has the name Wolfeschlegelstein?",
  'Put "quartz" into alphabetical order.',
  "Schreib das Wort Leuchtturm rückwärts.",
  'Combien de lettres a "anticonstitutionnellement" ?',
  "Decode SGVsbG8gd29ybGQh from Base64.",
  "What do the bytes 6f 72 67 say in ASCII?",
  'What is the SHA-256 of "org"?',
  "Write 44 as a Roman numeral.",
  "What is 110101 in decimal, if it is binary?",
  "A train leaves at 22:50 and arrives at 05:15. How long does it take?",
  "What is 17.5 % of 2,480?",
  "Add up 12, 45 and 88.",
  "Was ist 312 mal 44?",
  "Is 2,147 a prime number, and what is it divided by?",
  "How many miles are 42 km?",
  "Which weekday was 20 July 1969?",
  "On which date do 90 days end that begin on 2026-03-01?",
  "How many days is it from May 3 to September 9?",
  "What's 12 x 13?",
  "There are 12 rows of 8 seats. What is the number of seats?",
  "When does a film end that begins at 19:40 and lasts 125 minutes?",
  "What is the median of 3, 9, 4 and 7?",
  "What is the area of a rectangle of 4 by 7 metres?",
  "Quelle est la somme de 12 et 45 ?",
  "Écris 1987 en chiffres romains.",
  "¿Es 97 un número primo? ¿Cuál es el siguiente?",
  'Which is the last character of "quagmire"?',
  'Write "quagmire" in capitals.',
])("a program computes it: %s", (line) => {
  expect(asksForProgram(line)).toBe(true);
});

test.each([
  "Who wrote Hamlet?",
  "What is the capital of Norway?",
  'What is "cheese" in Italian?',
  'Translate the word "window" into French.',
  "What does MD5 stand for?",
  'What does the word "backwards" mean?',
  'How do I reverse the string "abc" in Python?',
  "Which Python expression gives the letters of a word in reverse?",
  'Write a letter to the editor of the "Times".',
  "Write a poem of 4 lines about 2 letters.",
  "What happened on 9 November 1989?",
  "Who was born on 4 July 1776?",
  "Why has a week 7 days and a year 12 months?",
  "What is the boiling point of water?",
  "How many people live in Lisbon?",
  "How many hours did Ines work in keepers.json between 9 and 17?",
  'Count the letters "a" in notes.txt.',
  "Hello! I am back, it is 10 to 12.",
  "Remember that the bakery opens at 7 and closes at 18.",
  "Tell me a joke with 3 words.",
  'Give me the opposite of "ancient", in 1 word of 2 syllables.',
  "Write a letter of complaint to my landlord.",
  "Draft a cover letter for a job as a nurse.",
  'Schreib einen Brief an die "Neue Post".',
  "What is the name of the main character in Moby Dick?",
  'Which characters appear in "Hamlet"?',
  "Name the capitals of France and Spain.",
  'What is the novel "Letters to Felice" about?',
  "Write a text about Julius Caesar.",
  "What name has the shift key with 2 arrows?",
  "En 52 avant notre ère, que firent les Romains ?",
  "Quel est le premier ministre en 1981 ?",
  "What happened in the old town on May 4?",
  "Was ist am 3. Oktober 1990 passiert, und warum ist das Datum wichtig?",
  "Remember that the rent is due on 3 March.",
  "Merke dir, dass die Miete am 3. März fällig ist, in 2 Tagen.",
  "What are the 3 largest cities of Europe in 2020?",
  "What are the 5 stages of grief, in 2 sentences?",
  "What is better, Python 2 or Python 3?",
  "When did Apollo 11 and Apollo 13 fly?",
  "Was ist der Unterschied zwischen HTTP 1.1 und HTTP 2?",
  "¿Cuál es la diferencia entre 4G y 5G?",
])("no program is needed: %s", (line) => {
  expect(asksForProgram(line)).toBe(false);
});

test.each([
  ["How do I undo my last commit in Git?", true],
  ["Translate the word window into Polish.", true],
  ["Write a two-line poem about the sea.", true],
  ["What does GCD stand for?", true],
  ["Erkläre mir Rekursion.", true],
  ["Why is the disk full?", false],
  ["Why does load.py fail?", false],
  ["Write a function that adds two numbers, and run it.", false],
  ["How do I count words with Python?", false],
  ["Who is logged in?", false],
  ["What time is it?", false],
  ["List the largest folders.", false],
])("words alone are asked for, %s: %p", (line, isSo) => {
  expect(asksForProse(line)).toBe(isSo);
});

test.each([
  ["What does `printf 'b\\na\\n' | sort | head -n 1` print? Try it.", true],
  ["Run `uname -s`.", true],
  ["Run the command `date` for me, please.", true],
  ["Welche Ausgabe hat der Befehl `echo hallo`?", true],
  ["What does `print(3 * 4)` print?", false],
  ["What does `len -x` mean?", false],
  ["What is the output of `x = [1] * 3`?", false],
  ["What does `not True or False` print?", false],
  ["What does the command `ls -l` do?", false],
  ["How many words has it, counted as `wc -w` counts?", false],
])("a command is to be run, %s: %p", (line, isSo) => {
  expect(asksForCommand(line)).toBe(isSo);
});

test("of a long line it is not known", () => {
  expect(asksForProgram(`Add up 1 and 2. ${"x ".repeat(300)}`)).toBe(false);
});

// A search that tries all ways through such a line would not come to an end.
test.each(['"', "1 ", "word ", "a1", "0 0 "])("a line that repeats %p comes to an end", (piece) => {
  const line = piece.repeat(400 / piece.length);
  expect([asksForProgram, asksForProse].filter((asks) => asks(line))).toEqual([]);
});
