import { expect, test } from "bun:test";
import { parseSync } from "oxc-parser";
import { type Constant, Constants } from "./constants.ts";
import { resolveScopes } from "./scope.ts";

/** The value of the last expression of a source. */
function folded(source: string): Constant | undefined {
  const { program } = parseSync("tool.ts", source);
  const last = program.body.at(-1);
  if (last?.type !== "ExpressionStatement") throw new Error("The source ends in an expression");
  return new Constants(resolveScopes(program)).valueOf(last.expression);
}

test.each<[string, Constant]>([
  ['"text"', "text"],
  ["42", 42],
  ["(42)", 42],
  ['("text" as string)!', "text"],
  ["1 + 2", 3],
  ["-2", -2],
  ['"con" + "structor"', "constructor"],
  ['1 + "a"', "1a"],
  ['"a" + 1', "a1"],
  ['["a"] + "b"', "ab"],
  ["`plain`", "plain"],
  [`\`a\${"b"}c\${1}d\``, "abc1d"],
  ['["a", 1]', ["a", 1]],
  ['["a", "b"].join()', "a,b"],
  ['["a", "b"].join("")', "ab"],
  ['["a", "b"].reverse()', ["b", "a"]],
  ['"ab".split("").reverse().join("")', "ba"],
  ['"a".concat("b", "c")', "abc"],
  ['"aB".toLowerCase()', "ab"],
  ['"aB".toUpperCase()', "AB"],
  ['" a ".trim()', "a"],
  ['"abcd".slice(1)', "bcd"],
  ['"abcd".slice(1, 3)', "bc"],
  ['"abcd".slice(-2, -1)', "c"],
  ['"abcd".substring(1)', "bcd"],
  ['"abcd".substring(3, 1)', "bc"],
  ['"a-b-c".replaceAll("-", "+")', "a+b+c"],
  ['"conXstructor".replace("X", "")', "constructor"],
  ['"ab"["toUpperCase"]()', "AB"],
  ["String.fromCharCode(97, 98)", "ab"],
  ['String["fromCharCode"](97)', "a"],
  ['atob("YWI=")', "ab"],
  ['decodeURIComponent("%61b")', "ab"],
  ['const a = "x"; const b = a + "y"; b;', "xy"],
])("%s is folded", (source, value) => {
  expect(folded(source)).toEqual(value);
});

test.each([
  ["a variable", 'let a = "x"; a;'],
  ["a constant without a value that is known", "const a = other(); a;"],
  ["a constant that is taken apart", 'const { a } = "x"; a;'],
  ["a constant that mentions itself", "const a = a; a;"],
  ["a global", "process;"],
  ["a parameter's name", "function f(a) {} a;"],
  ["a boolean", "true;"],
  ["null", "null;"],
  ["another operator", "3 - 1;"],
  ["another sign", "+1;"],
  ["a text with a sign", '-"a";'],
  ["an unknown with a sign", "-x;"],
  ["a sum with an unknown on the left", 'x + "a";'],
  ["a sum with an unknown on the right", '"a" + x;'],
  ["a template with an unknown", `\`a\${x}\`;`],
  ["a list with a hole", '["a", , "b"];'],
  ["a list with an unknown", '["a", x];'],
  ["a list that is spread", '[..."ab"];'],
  ["a call with an argument that is not known", '"a".concat(x);'],
  ["a method of a number", "(1).concat(2);"],
  ["another method of a text", '"a".at(0);'],
  ["another method of a list", '["a"].at(0);'],
  ["a method of an unknown", "x.trim();"],
  ["a method by an unknown name", '"a"[x]();'],
  ["a text without what replaces it", '"a".replace("a");'],
  ["a call of a call", "f()();"],
  ["another function", 'encodeURIComponent("a");'],
  ["a number to decode", "atob(1);"],
  ["what cannot be decoded", 'decodeURIComponent("%");'],
  ["a function of the tool's own with a known name", "function atob(a) {} atob('YWI=');"],
  ["codes of another object", "Other.fromCharCode(97);"],
  ["another function of texts", 'String.raw("a");'],
])("%s is left unknown", (_name, source) => {
  expect(folded(source)).toBeUndefined();
});

test("texts and lists are folded up to 400, and no list of lists: that bounds the work", () => {
  const text = "a".repeat(400);
  expect(folded(`"${text}"`)).toBe(text);
  expect(folded(`"${text}a"`)).toBeUndefined();
  const list = `[${"1,".repeat(399)}1]`;
  expect(folded(list)).toHaveLength(400);
  expect(folded(`[1,${list.slice(1)}`)).toBeUndefined();
  expect(folded('[["a"]]')).toBeUndefined();
});

test("a key is a name, a private name, or what is in its brackets, as the language makes a text of it", () => {
  const keyOf = (source: string): string | undefined => {
    const { program } = parseSync("tool.ts", source);
    const scopes = resolveScopes(program);
    const member = scopes.nodes.find((node) => node.type === "MemberExpression");
    if (member === undefined) throw new Error("The source has a member");
    return new Constants(scopes).keyOf(member.property, member.computed);
  };
  expect(keyOf("a.b;")).toBe("b");
  expect(keyOf("class A { #b = 1; c() { return this.#b; } }")).toBe("#b");
  expect(keyOf('a["b"];')).toBe("b");
  expect(keyOf("a[1];")).toBe("1");
  expect(keyOf('a[["b", "c"]];')).toBe("b,c");
  expect(keyOf('const b = "c"; a[b];')).toBe("c");
  expect(keyOf("a[b];")).toBeUndefined();
});
