import { expect, test } from "bun:test";
import { z } from "zod";
import { exampleTool } from "#test/example-tool.ts";
import { readJson } from "./read-json.ts";

const read = (text: string | undefined, schema: z.ZodType<unknown> = z.unknown()) =>
  readJson(exampleTool({ "cases.json": text }), "cases.json", schema);
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test("a file that is absent has no findings", () => {
  expect(read(undefined)).toEqual({ ok: false, findings: [] });
});

test("data may nest 60 deep, brackets in its strings not counted", () => {
  expect(read(nested(60))).toMatchObject({ ok: true });
  const message = "nests more than 60 deep";
  expect(read(nested(61))).toEqual({ ok: false, findings: [{ file: "cases.json", message }] });
  expect(read(`{"a":${nested(59)}}`)).toMatchObject({ ok: true });
  expect(read(`{"a":${nested(60)}}`)).toMatchObject({ ok: false });
  expect(read(`["\\"${"[".repeat(70)}"]`)).toEqual({ ok: true, value: [`"${"[".repeat(70)}`] });
  expect(read(`[${"[],".repeat(70)}[]]`)).toMatchObject({ ok: true });
  expect(read(`[${"{},".repeat(70)}{}]`)).toMatchObject({ ok: true });
});

test("what is not JSON says where it breaks", () => {
  const message = expect.stringMatching(/^is not JSON: JSON Parse error: Expected '}'$/);
  expect(read("{")).toEqual({ ok: false, findings: [{ file: "cases.json", message }] });
});

test("what has another shape is named by its path, at the line of its key, 20 of them at most", () => {
  const schema = z.object({ a: z.object({ b: z.string() }) });
  expect(read('{\n"a": {"b": 1}}', schema)).toMatchObject({
    ok: false,
    findings: [{ file: "cases.json", line: 2, message: expect.stringMatching(/^a\.b: /) }],
  });
  expect(read("1", schema)).toMatchObject({
    findings: [{ line: 1, message: expect.stringMatching(/^it: /) }],
  });
  expect(read("\n1", schema)).toMatchObject({ findings: [{ line: 1 }] });
  expect(read('{\n"a": {\n"b": 1}}', schema)).toMatchObject({ findings: [{ line: 2 }] });
  const many = read(JSON.stringify(Array.from({ length: 30 }, () => 1)), z.array(z.string()));
  expect(many.ok || many.findings.length).toBe(20);
});
