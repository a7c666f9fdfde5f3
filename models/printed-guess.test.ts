import { describe, expect, test } from "bun:test";
import { whyGuessed } from "./printed-guess.ts";

const LINE = 'Spell the word "harbour" backwards.';
const callOf = (code: unknown, name = "python_run") => ({ id: "1", name, arguments: { code } });

// A model of 1.5B parameters reversed the word by itself, and printed that.
describe("a program that only prints what the model wrote", () => {
  test.each([
    "print('ruobrah')",
    'word = "ruobrah"\nprint(word)\n',
    'word = "harbour"\nreversed_word = "ruobrah"\nprint(reversed_word)',
    "print(4.5)",
    "print(True)",
    'print("The word is", "ruobrah")',
    "print('The word is ' + 'ruobrah')",
    'print(f"The answer is 42")',
    'answer = 42\n# the answer\nprint(f"The answer is {answer}.")  # printed',
    "print('it\\'s ruobrah')",
  ])("%j", (code) => {
    expect(whyGuessed(callOf(code), LINE)).toEndWith('Begin with: text = "harbour"');
    const sum = whyGuessed(callOf(code), "What is 17 times 23?");
    expect(sum).toEndWith("functions of Python.");
    expect(whyGuessed(callOf(code), "Print something nice.")).toBeUndefined();
    expect(whyGuessed(callOf(code, "sh"), LINE)).toBeUndefined();
  });
});

test.each([
  "print('harbour')",
  "word = 'harbour'\nprint(word)",
  "print('harbour'[::-1])",
  "word = 'ruobrah'\nprint(word[::-1])",
  "print(3 * 4)",
  'print(f"It is {3 * 4}")',
  'print(f"It is {word!r}")',
  "print('ruobrah'.upper())",
  "import math\nprint(math.pi)",
  "x = 3\nx += 1\nprint(x)",
  "for c in 'ruobrah':\n    print(c)",
  "print(len('ruobrah'))",
  "text = ('ruobrah')\nprint(text)",
  "print('ruobrah'",
  "",
])("a program that does more, or shows what was given: %j", (code) => {
  expect(whyGuessed(callOf(code), LINE)).toBeUndefined();
});

test("arguments of another form are no program", () => {
  expect(whyGuessed(callOf(7), LINE)).toBeUndefined();
  expect(whyGuessed({ ...callOf(""), arguments: null }, LINE)).toBeUndefined();
});

test("a long program comes to an end", () => {
  const code = `print(${'"a" + '.repeat(20_000)}"b"!)`;
  expect(whyGuessed(callOf(code), LINE)).toBeUndefined();
});
