import { expect, test } from "bun:test";
import fc from "fast-check";
import { bareExpression, fillIn, piecesOf } from "./template.ts";
import type { Json } from "./workflow.ts";

const scope = new Map<string, Json>([["a", { output: { n: 1, list: ["x", 2] } }]]);

test.each<[Json, Json]>([
  ["plain", "plain"],
  [`\${a.output}`, { n: 1, list: ["x", 2] }],
  ["$a.output.list[1]", 2],
  [`n is \${a.output.n}!`, "n is 1!"],
  [`\${a.output.list} and \${a.output.n}`, '["x",2] and 1'],
  // Programs of the shell have dollars of their own.
  ["echo $HOME $1 $a.output.n", "echo $HOME $1 $a.output.n"],
  ["$HOME", "$HOME"],
  [`echo $\${HOME} \${a.output.n}$\${X}`, `echo \${HOME} 1\${X}`],
  [`\${'}' + "{" + r'\\d' + '\\''}`, "}{\\d'"],
  [`\${{'k': a.output.n}.k}`, 1],
  [{ deep: [`\${a.output.n}`, null, true, 3] }, { deep: [1, null, true, 3] }],
])("%j", (template, value) => {
  expect(fillIn(template, scope)).toEqual(value);
});

test("a brace that is never closed is said", () => {
  expect(() => piecesOf(`x \${a.output 'no end }`)).toThrow("never closed");
});

test.each([
  ["a.output.n > 1", "a.output.n > 1"],
  [`\${a.output.n > 1}`, "a.output.n > 1"],
  ["$a.output", "$a.output"],
])("the expression of %s", (text, expression) => {
  expect(bareExpression(text)).toBe(expression);
});

test(`a text without \${ stays as it is, and so does an escaped one without its dollar`, () => {
  const text = fc.string().filter((one) => !/\$\{|^\$[A-Za-z_].*[.[]/s.test(one));
  fc.assert(
    fc.property(text, (one) => {
      expect(fillIn(one, scope)).toBe(one);
      expect(fillIn(`${one} $\${x}`, scope)).toBe(`${one} \${x}`);
    }),
  );
});
