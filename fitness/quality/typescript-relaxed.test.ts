import { expect, test } from "bun:test";
import { typescriptRelaxed } from "./typescript-relaxed.ts";

/** The lines that stand in place of one line of a program. */
function relaxed(line: string): readonly string[] {
  const program = `export const input = z.string().max(500);\nconst made = ${line};\n`;
  return typescriptRelaxed(program).map(({ source, line: at }) => {
    expect(at).toBe(2);
    return (source.split("\n")[1] ?? "").slice("const made = ".length, -1);
  });
}

test.each<[string, readonly string[]]>([
  ["one | 0", ["(one)"]],
  ["(times << 25) >> 25", ["((times << 25))", "(times)", "((times)) >> 25"]],
  ["one % 4096", ["(one)"]],
  ["one % 2", []],
  ["Math.trunc(one | 0)", ["(one | 0)", "(one)", "Math.trunc((one))"]],
  ["Math.round(one)", []],
  ["/\\b[a-z]{1,40}\\b/g", ["/\\b[a-z]{1,}\\b/g"]],
  ["/^\\d{1,3}$/", []],
  ["/^[ ]+/", ["/^\\s+/"]],
  ["/ *$/gm", ["/\\s*$/gm"]],
  ["/^[ \\t]+/", []],
  ["/a b/", []],
  ["/[^ ]+/", []],
  ["BigInt.asUintN(8, one)", ["(one)"]],
  ["new Uint16Array(codes)", ["new Float64Array(codes)"]],
  ["Int8Array.from(codes)", ["Float64Array.from(codes)"]],
  ["new Map(pairs)", ["new Map([...(pairs)].map((one, at) => [at, one[1]]))"]],
  ["new Set(words)", ["[...(words)]"]],
  ['name.replace("-", "")', ['name.replaceAll("-", "")']],
  ["name.replace(/-/g, '')", []],
  ["one.toPrecision(4)", ["one.toPrecision(12)"]],
  ["one.toFixed(2)", []],
  ['text.split("#")[0]', ["(text)"]],
  ['text.split("|", 12)', ['text.split("|", undefined)']],
  ["line.slice(at, at + 2500)", ["line.slice(at, at + (2500 * 16))"]],
  ["list.splice(15, 2, one)", ["list.splice((15 * 16), 2, one)"]],
  ["list.slice(-40)", ["list.slice((-40 * 16))"]],
  ["list.slice(-2)", []],
  ["Math.min(one, 100)", []],
])("%s is relaxed", (line, lines) => {
  expect(relaxed(line)).toEqual([...lines]);
});

test("the schema of the arguments stays as it is, and what is not a program has no bounds", () => {
  expect(typescriptRelaxed("export const input = z.string().max(500);\n")).toEqual([]);
  expect(typescriptRelaxed("const = ;")).toEqual([]);
});
