import { expect, test } from "bun:test";
import { join } from "node:path";
import { SOURCE } from "#test/tools/recipe.ts";
import { chooseMutants } from "./mutant.ts";
import { parseProgram } from "./syntax.ts";
import { typescriptMutants } from "./typescript-mutants.ts";
import { constantResults, typescriptStubs, typescriptTwin } from "./variants.ts";

const changes = (code: string) =>
  typescriptMutants(`export function run(a: number, b: string, c: number[]) {\n${code}\n}`).map(
    ({ change }) => change,
  );

test.each([
  ["return a + 1;", ["a + 1 → (a - 1)", "1 → (2)"]],
  ["return a < 2;", ["a < 2 → (a <= 2)", "a < 2 → (a >= 2)"]],
  [
    "return a === a && true;",
    ["a === a → (a !== a)", "a === a && true → (a === a || true)", "true → false"],
  ],
  ["return !a;", ["!a → a"]],
  ["a++; return;", ["a++ → a--", "a++; → nothing"]],
  ["a += 2; return;", ["a += 2 → a -= 2"]],
  ["if (a) return;", ["a → true", "a → false"]],
  ["while (a) c.pop();", ["a → false"]],
  ['return a ? "x" : "";', ["a → !(a)", '"x" → ""', '"" → "mutated"']],
  ["return c;", ["return c; → return null as never;"]],
  ["return [a];", ["[a] → []"]],
  ["return `n$" + "{a}`;", ["`n$" + '{a}` → ""']],
  ["return Math.min(a, 9);", ["min → max"]],
  ["return b.trim();", ["b.trim() → b"]],
  ["return b.toUpperCase();", ["toUpperCase → toLowerCase"]],
  ["return c?.[0];", ["c?.[0] → c[0]"]],
  ["return b ?? a;", ["b ?? a → (b && a)"]],
])("makes mistakes in %s", (code, expected) => {
  expect(changes(code)).toEqual(expect.arrayContaining(expected));
});

test("leaves alone what no case can see", () => {
  const source = `import { z } from "zod";
export const input = z.object({ a: z.number().min(3) });
type Mode = "one" | "two";
export function run(args: { a: number }, ctx: { log(text: string): void }) {
  ctx.log("looking at " + args.a);
  const mode = "one" as Mode;
  if (args.a > 9) throw Object.assign(new Error("too much: " + args.a), { code: "MUCH" });
  return { "a key": mode };
}`;
  const seen = typescriptMutants(source).map(({ change, line }) => `${line} ${change}`);
  expect(seen.filter((change) => /looking|too much|zod|two|a key" →|^2 |^3 /.test(change))).toEqual(
    [],
  );
  expect(seen).toContain('7 "MUCH" → ""');
});

test("sees logic in a local variable called input, and inside a log", () => {
  const source = `export const input = 1 + 2;
export function run(args: { a: number }, ctx: { log(text: unknown): void }) {
  const input = args.a > 7 ? 1 : 2;
  let sum = 0;
  ctx.log((sum = input * 3));
  return sum;
}`;
  const seen = typescriptMutants(source).map(({ change, line }) => `${line} ${change}`);
  expect(seen).toContain("3 args.a > 7 → (args.a >= 7)");
  expect(seen).toContain("5 input * 3 → (input / 3)");
  expect(
    seen.filter((change) => change.startsWith("1 ") || /^5 .* → nothing/.test(change)),
  ).toEqual([]);
});

test("sees logic in the schema of the arguments, and nothing else of it", () => {
  const source = `import { z } from "zod";
export const input = z.object({
  a: z.string().max(40).transform((text) => (text.length > 7 ? text.slice(3) : text)),
  b: z.number().min(2).refine((n) => n % 3 !== 1, { message: "no", error: () => "n" + 5 }),
});
export const run = (args: z.infer<typeof input>) => args.a;`;
  const seen = typescriptMutants(source).map(({ change, line }) => `${line} ${change}`);
  expect(seen).toContain("3 text.length > 7 → (text.length >= 7)");
  expect(seen).toContain("4 n % 3 → (n * 3)");
  expect(seen.filter((change) => /40|^4 2|"no"|"n"/.test(change))).toEqual([]);
});

test("every mutant is a program of its own that differs in one place", () => {
  const mutants = typescriptMutants(SOURCE);
  expect(mutants.length).toBeGreaterThan(8);
  for (const { source } of mutants) {
    expect(source).not.toBe(SOURCE);
    expect(parseProgram(source)).toBeDefined();
  }
  expect(new Set(mutants.map(({ source }) => source)).size).toBe(mutants.length);
});

test("a method that is called like something every object has is not trouble", () => {
  expect(changes("return a.toString();")).toEqual(["return a.toString(); → return null as never;"]);
});

test("makes nothing of what is not a program", () => {
  expect(typescriptMutants("export function (")).toEqual([]);
  expect(typescriptStubs("export function (", [])).toEqual([]);
});

test("tries at most 40, spread over the program, and few that are doubtful", () => {
  const mutant = (line: number, isDoubtful = false) => ({
    line,
    change: "",
    source: "",
    isDoubtful,
  });
  const many = Array.from({ length: 400 }, (_, line) => mutant(line, line % 2 === 0));
  const chosen = chooseMutants(many);
  expect(chosen.length).toBe(40);
  expect(chosen.some(({ isDoubtful }) => isDoubtful)).toBe(false);
  expect(chosen.at(-1)?.line).toBeGreaterThan(380);
  const few = [
    ...Array.from({ length: 8 }, (_, line) => mutant(line)),
    ...many.filter(({ isDoubtful }) => isDoubtful),
  ];
  expect(chooseMutants(few).filter(({ isDoubtful }) => isDoubtful).length).toBe(2);
});

test("stubs keep everything but what run does", () => {
  const cases = [
    { input: 1, output: "a" },
    { input: 2, output: "b" },
    { input: 3, error: "E" },
  ];
  expect(constantResults(cases)).toEqual(["null", '"a"']);
  expect(constantResults(cases.slice(0, 1))).toEqual(["null"]);
  const stubs = typescriptStubs(SOURCE, cases);
  expect(stubs.map(({ what }) => what)).toEqual([
    "always throws",
    "always returns null",
    'always returns "a"',
  ]);
  for (const { source } of stubs) {
    expect(source).toContain("export const input");
    expect(source).not.toContain("toLowerCase");
  }
  const arrow = "const n = 1;\nexport const run = async (a: number) => a + n;";
  expect(typescriptStubs(arrow, [])[1]?.source).toContain("=> { return null as never; }");
});

test("the twin differs in a comment and one local name", () => {
  const twin = typescriptTwin(SOURCE);
  expect(twin).toStartWith("// The same program.\n");
  expect(twin).toContain("keptRenamed.join");
  expect(twin).toContain("words: keptRenamed.length");
  expect(typescriptTwin("export const a = 1;")).toBe("// The same program.\nexport const a = 1;\n");
});

test("mistakes in the entries of a table count little, those in its rule as before", () => {
  const names = Array.from({ length: 9 }, (_, code) => `${code}: "name ${code}"`).join(", ");
  const source = `const NAMES: Record<number, string> = { ${names} };
const PAIRS = new Map([${Array.from({ length: 5 }, (_, n) => `["k${n}", ${n}]`).join(", ")}] as const);
const FEW = ["a", "b"];
export function run(args: { a: number }) {
  const list = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  return args.a > 7 ? NAMES[args.a] : list[FEW.length];
}`;
  const all = typescriptMutants(source);
  const doubtful = all.filter(({ isDoubtful }) => isDoubtful);
  expect(new Set(doubtful.map(({ line }) => line))).toEqual(new Set([1, 2]));
  expect(doubtful.filter(({ line }) => line === 1)).toHaveLength(9);
  // The list of pairs itself is inside of its map; each pair and each value is an entry.
  expect(doubtful.filter(({ line }) => line === 2).length).toBeGreaterThanOrEqual(15);
  const sure = all.length - doubtful.length;
  const chosen = chooseMutants(all);
  expect(chosen.filter(({ isDoubtful }) => isDoubtful).length).toBeLessThanOrEqual(sure >> 2);
});

test("in Python, too", () => {
  const source = `NAMES = {1: "one", 2: "two", 3: "three", 4: "four"}
FEW = ["a", "b"]


def run(args, ctx):
    return NAMES.get(args["a"] + 1, FEW[0])
`;
  const request = JSON.stringify({ nonce: "n", source, results: [], reporter: "org" });
  const program = join(import.meta.dir, "inside", "program.py");
  const { stdout } = Bun.spawnSync(["python3", "-sB", program], { stdin: Buffer.from(request) });
  const { mutants }: { mutants: { line: number; isDoubtful: boolean }[] } = JSON.parse(
    stdout.toString(),
  );
  const lines = mutants.filter(({ isDoubtful }) => isDoubtful).map(({ line }) => line);
  expect(lines).toHaveLength(8);
  expect(new Set(lines)).toEqual(new Set([1]));
  expect(mutants.length).toBeGreaterThan(lines.length + 4);
});
