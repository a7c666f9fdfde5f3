import { expect, test } from "bun:test";
import { exampleSpec, exampleTool } from "#test/example-tool.ts";
import { checkCases } from "./check-cases.ts";
import { checkSpec } from "./check-spec.ts";

function messagesOf(cases: unknown, spec: Record<string, unknown> = {}): readonly string[] {
  const folder = exampleTool({
    "spec.json": exampleSpec(spec),
    "cases.json": JSON.stringify(cases),
  });
  const { contract } = checkSpec(folder);
  return checkCases(folder, contract).findings.map(({ message }) => message);
}

const GOOD = { input: { text: "a" }, output: 1 };

test("reads cases that are in order", () => {
  const folder = exampleTool();
  const { cases, findings } = checkCases(folder, checkSpec(folder).contract);
  expect(findings).toEqual([]);
  expect(cases).toHaveLength(3);
});

test("refuses an error that the contract does not declare", () => {
  expect(messagesOf({ cases: [GOOD, { input: {}, error: "TIRED" }] })).toEqual([
    'case 2 expects the error "TIRED", which the contract does not declare',
  ]);
});

test("refuses two results for one input, whatever the order of its keys", () => {
  const cases = [
    { input: { a: 1, b: 2 }, output: 1 },
    { input: { b: 2, a: 1 }, output: 2 },
  ];
  expect(messagesOf({ cases })).toEqual(["cases 1 and 2 have one input and two results"]);
  expect(messagesOf({ cases }, { deterministic: false })).toEqual([]);
});

test("refuses cases that only fail", () => {
  expect(messagesOf({ cases: [{ input: {}, error: "EMPTY" }] })).toContain(
    "shows no result: at least one case needs an output",
  );
});

test("takes cases that only fail of a tool whose results no case can know", () => {
  for (const name of ["random", "files:read", "net:example.com"]) {
    const contract = { deterministic: false, capabilities: [name] };
    expect(messagesOf({ cases: [{ input: {}, error: "EMPTY" }] }, contract)).toEqual([]);
  }
});

test.each([
  ["no cases", { cases: [] }],
  ["a list", [GOOD]],
  ["a case with both", { cases: [{ input: 1, output: 1, error: "EMPTY" }] }],
  ["a case with neither", { cases: [{ input: 1 }] }],
])("refuses %s", (_name, cases) => {
  expect(messagesOf(cases)).toHaveLength(1);
});

test("one input may fail twice by one code, and neither by two nor by one and a result", () => {
  const twice = (...codes: readonly string[]) => codes.map((error) => ({ input: 1, error }));
  const of = (cases: readonly object[]) =>
    messagesOf(
      { cases: [...cases, GOOD] },
      { failures: ["EMPTY", "LATE"].map((code) => ({ code, when: "it is so" })) },
    );
  expect(of(twice("EMPTY", "EMPTY"))).toEqual([]);
  const told = ["cases 1 and 2 have one input and two results"];
  expect(of(twice("EMPTY", "LATE"))).toEqual(told);
  expect(
    of([
      { input: 1, error: "EMPTY" },
      { input: 1, output: "EMPTY" },
    ]),
  ).toEqual(told);
});

test("of what is wrong the file is told, and cases that cannot be read are none", () => {
  const folder = exampleTool({ "cases.json": '{"cases":[{"input":{},"error":"TIRED"}]}' });
  const { contract } = checkSpec(folder);
  expect(checkCases(folder, contract).findings[0]).toEqual({
    file: "cases.json",
    message: 'case 1 expects the error "TIRED", which the contract does not declare',
  });
  expect(checkCases(exampleTool({ "cases.json": undefined }), contract)).toEqual({
    ...{ cases: [], findings: [] },
  });
});
