/** What the compiler is asked of a tool. */
import { expect, test } from "bun:test";
import { exampleTool } from "#test/example-tool.ts";
import { checkTypes } from "./check-types.ts";

const { signal } = new AbortController();
const contract = { capabilities: [] } as unknown as Parameters<typeof checkTypes>[1];

/** Each line breaks one rule, and nothing else. */
const FAULTS: readonly (readonly [string, string])[] = [
  ["TS2322", "export const strict: string = undefined;"],
  ["TS7006", "export const implicit = (x) => 1;"],
  ["TS4114", "class A { f() {} } export class B extends A { f() {} }"],
  ["TS7030", "export function returns(x: boolean) { if (x) return 1; }"],
  [
    "TS7029",
    "export function falls(x: number) { switch (x) { case 1: x += 1; case 2: x += 2; } return x; }",
  ],
  ["TS7028", "export function label() { unused: for (;;) break; }"],
  ["TS1484", 'import { ToolContext } from "#tools/tool.ts"; export type C = ToolContext;'],
  ["TS2584", "export const dom = document;"],
];

test("each rule of ours is kept, at its line", async () => {
  const source = FAULTS.map(([, line]) => line).join("\n");
  const found = await checkTypes(exampleTool({ "tool.ts": source }), contract, { signal });
  const own = found.filter(({ file }) => file === "tool.ts");
  expect(own.map(({ line, message }) => [/TS\d+/.exec(message)?.[0], line])).toEqual(
    FAULTS.map(([code], index) => [code, index + 1]),
  );
  expect(own[0]?.message).toStartWith("has a wrong type: TS2322: ");
});

test("a tool in order has no fault, and no more than twenty are reported", async () => {
  expect(await checkTypes(exampleTool(), contract, { signal })).toEqual([]);
  const many = Array.from({ length: 30 }, (_, at) => `export const a${at}: string = ${at};`);
  const folder = exampleTool({ "tool.ts": many.join("\n") });
  expect(await checkTypes(folder, contract, { signal })).toHaveLength(20);
});

test("what the compiler says of no line is told as it said it", async () => {
  const folder = exampleTool();
  const files = new Map([...folder.files].filter(([file]) => !file.endsWith(".ts")));
  const [finding, ...others] = await checkTypes({ ...folder, files }, contract, { signal });
  expect(others).toEqual([]);
  expect(finding?.file).toBe("spec.json");
  expect(finding?.message).toMatch(/^could not be type-checked: .*\b(?:TS18003|inputs)\b/);
});
