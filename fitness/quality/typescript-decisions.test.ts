import { expect, test } from "bun:test";
import { typescriptDecisions } from "./typescript-decisions.ts";

const programWith = (line: string) => `export const input = 1;
export async function run(args: { n: number }) {
  ${line}
}
`;
const decidedIn = (line: string) =>
  typescriptDecisions(programWith(line)).map(({ text, to }) => `${text} → ${to}`);

test.each([
  ["if (args.n > 1) return 1;", ["args.n > 1 → true", "args.n > 1 → false"]],
  ["return args.n ? 1 : 2;", ["args.n → true", "args.n → false"]],
  ["switch (args.n) { case 3: return 1; }", ["3 → false"]],
  [
    "return Number([1].includes(args.n));",
    ["[1].includes(args.n) → true", "[1].includes(args.n) → false"],
  ],
  ["for (let at = 0; at < 3; at += 1) args.n += at;", []],
  ["while (args.n > 0) args.n -= 1;", []],
  ["return args.n + 1;", []],
])("%s decides as it says", (line, decided) => {
  expect(decidedIn(line)).toEqual(decided);
});

test("each part of a condition is forced by itself", () => {
  const places = typescriptDecisions(programWith("return args.n > 1 && args.n < 9 ? 1 : 2;"));
  expect(new Set(places.map(({ text }) => text)).size).toBe(3);
  expect(new Set(places.map(({ place }) => place)).size).toBe(3);
});

test("the schema of the arguments decides nothing", () => {
  const source = 'export const input = z.string().refine((text) => text === "a");\n';
  expect(typescriptDecisions(source)).toHaveLength(2);
  expect(typescriptDecisions("export const input = check(1 < 2);\n")).toEqual([]);
});

test("a probe fails where a condition goes the other way", () => {
  const [one] = typescriptDecisions(programWith("if (args.n > 1) return 1;"));
  expect(one?.probe).toContain(
    '((args.n > 1) ? true : (() => { throw new Error("never seen"); })())',
  );
  expect(one?.source).toContain("if (true) return 1;");
});
