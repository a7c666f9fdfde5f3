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
  "print(f\"It is {'harbour'[::-1]}\")",
  "letters = ['h', 'a', 'r', 'b', 'o', 'u', 'r']\nprint(*reversed(letters))",
  "print('HARBOUR'.lower()[::-1])",
  "word = input() or 'harbour'\nprint(word[::-1])",
])("a program that computes, or shows what was given: %j", (code) => {
  expect(whyGuessed(callOf(code), LINE)).toBeUndefined();
});

describe("a program without the text that the user gave", () => {
  test.each([
    "print('ruobrah'.lower())",
    "word = 'hrbour'\nprint(word[::-1])",
    'print(f"It is {3 * 4}")',
    "for c in 'ruobrah':\n    print(c)",
    "text = ('ruobrah')\nprint(text)",
    "import math\nprint(math.pi)",
  ])("%j is told so, once", (code) => {
    const told = whyGuessed(callOf(code), LINE);
    expect(told).toStartWith("This program computes with something else");
    expect(told).toEndWith('Begin with: text = "harbour"');
    expect(whyGuessed(callOf(code), LINE, true)).toBeUndefined();
    expect(whyGuessed(callOf(code), "What is 3 times 4?")).toBeUndefined();
  });

  test.each([
    ["Decode the Base64 text aGFyYm91cg== please", "b64decode('aGFyYm91cg==')", false],
    ["Decode the Base64 text aGFyYm91cg== please", "b64decode('GFyYm91cg==')", true],
    ["Which text has the bytes 68 61 72 in hex?", "print(bytes([0x68, 0x61, 0x72]))", false],
    ['How many "r" are there in "harbour"?', "print('harbour'.count('r'))", false],
    ["What is 48 divided by 6?", "print(96 / 12)", false],
    ['How many letters are in "naïve"?', "text = 'na\\u00efve'\nprint(len(text))", false],
    // A model of 1.5B parameters added 16 and 1010.
    ["Add hexadecimal 2B7 and binary 1101.", "print(16 + 1101)", true],
    ["Add hexadecimal 2B7 and binary 1101.", "print(int('2B7', 16) + 0b1101)", false],
    ["What are 0x1F and 0b1010 in decimal?", "print(0x1f, 0b1010)", false],
    ["Write 48879 in hexadecimal.", "print(hex(48879))", false],
    ["Write 48879 in hexadecimal.", "print(hex(48897))", true],
    // The text is no text to compute with.
    ['Convert 100 miles to "km".', "print(100 * 1.609)", false],
    ['What\'s 7 factorial? Answer as "n! = x".', "import math\nprint(math.factorial(7))", false],
    ["What is the sum of 1,200 and 3,400?", "print(1200 + 3400)", false],
    ["What is 5 million plus 3 million?", "print(5_000_000 + 3_000_000)", false],
    ["What is the sum of 1,200 and 3,400?", "print(4500)", true],
    ["What is the sum of 1,200 and 3,400?", "print('It is 1200 + 3300')", true],
  ])("%s", (line, code, isSo) => {
    expect(whyGuessed(callOf(code), line) !== undefined).toBe(isSo);
  });
});

// A model of 1.5B parameters printed a power of two in place of the number of its digits.
test.each([
  ["How many decimal digits does 2 to the power of 90 have?", "print(2 ** 90)", true],
  ["How many digits does 2 to the power of 90 have?", "print(len(str(2 ** 90)))", false],
  [
    "How many digits does 2 to the power of 90 have?",
    "import math\nprint(int(90 * math.log10(2)) + 1)",
    false,
  ],
  ["What are the last 3 digits of 2 to the power of 90?", "print(2 ** 90 % 1000)", false],
  ['Wie viele Vokale hat "Oleander"?', "print([c for c in 'oleander' if c in 'aeiou'])", true],
  [
    'Wie viele Vokale hat "Oleander"?',
    "n = 0\nfor c in 'oleander': n += c in 'aeiou'\nprint(n)",
    false,
  ],
])("%s %s counts nothing: %p", (line, code, isSo) => {
  expect(whyGuessed(callOf(code), line)?.startsWith("How many was asked") ?? false).toBe(isSo);
  expect(whyGuessed(callOf(code), line, true)).toBeUndefined();
});

describe("a program that asks the clock", () => {
  const code =
    "import datetime\nprint((datetime.datetime.now() + datetime.timedelta(days=10)).strftime('%A'))";
  test.each([
    ["If today is Thursday, which day of the week is it in 10 days?", true],
    ["Today is 3 March 2026. What date is it in 45 days?", true],
    ["Heute ist Montag. Welcher Tag ist in 45 Tagen?", true],
    ["Which date is it 45 days from today?", false],
    ["What is today's date plus 12 days?", false],
  ])("is told of the day that the user gave: %s", (line, isSo) => {
    const told = whyGuessed(callOf(code), line);
    expect(told?.startsWith("The user said which day") ?? false).toBe(isSo);
    expect(whyGuessed(callOf(code), line, true)).toBeUndefined();
  });
});

test("is told all that the user gave", () => {
  const told = whyGuessed(callOf("print(16 + 1101)"), "Add hexadecimal 2B7 and binary 1101.");
  expect(told).toEndWith('Begin with: texts = ["2B7", "1101"]');
});

test("arguments of another form are no program", () => {
  expect(whyGuessed(callOf(7), LINE)).toBeUndefined();
  expect(whyGuessed({ ...callOf(""), arguments: null }, LINE)).toBeUndefined();
});

test("a long program comes to an end", () => {
  const code = `print(${'"a" + '.repeat(20_000)}"harbour"!)`;
  expect(whyGuessed(callOf(code), LINE)).toBeUndefined();
});
