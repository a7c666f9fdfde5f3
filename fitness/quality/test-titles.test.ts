import { expect, test } from "bun:test";
import { testsIn } from "./test-titles.ts";

const titles = (source: string, language: "ts" | "python" = "ts") => [
  ...testsIn(source, language).keys(),
];

test("titles of bun:test are found, however the test is called", () => {
  const source = `test("one", () => {});
it('two "quoted"', async () => {});
test.each([[1]])("three %p", () => {});
describe("four", () => {
  test(\`five\`, () => {});
});`;
  expect(titles(source)).toEqual(["one", 'two "quoted"', "three %p", "five"]);
});

test("titles of pytest are the names of functions", () => {
  const source =
    "def test_one():\n    assert 1\n\n\nclass TestTwo:\n    def test_three(self): ...\n\ndef helper(): ...\n";
  expect(titles(source, "python")).toEqual(["test_one", "test_three"]);
});

test.each([
  ["in a comment", '// test("one", () => {});'],
  ["in a longer comment", '/* test("one", () => {}); */'],
  ["in a text", `const a = 'test("one", () => {});';`],
  ["skipped", 'test.skip("one", () => {});'],
  ["to do", 'test.todo("one", () => {});'],
  ["skipped under a condition", 'test.skipIf(true)("one", () => {});'],
  ["meant to fail", 'test.failing("one", () => {});'],
  ["in a group that is skipped", 'describe.skip("x", () => { test("one", () => {}); });'],
  ["without a body", 'test("one");'],
  ["in an argument of something else", 'console.log("one", () => {});'],
])("a test %s is none", (_what, source) => {
  expect(titles(source)).toEqual([]);
});

test.each([
  ["in a comment", "# def test_one():\n"],
  ["in a text", '"""\ndef test_one():\n    assert 1\n"""\n'],
  ["skipped", '@pytest.mark.skip(reason="x")\ndef test_one():\n    assert 1\n'],
  ["expected to fail", "@pytest.mark.xfail\ndef test_one():\n    assert 0\n"],
])("a test of pytest %s is none", (_what, source) => {
  expect(titles(source, "python")).toEqual([]);
});

test("how much a test asserts is counted", () => {
  const source = `test("one", () => { expect(1).toBe(1); expect(2).toBe(2); });
test("two", async () => { await fc.assert(fc.property(fc.nat(), () => { expect(3).toBe(3); })); });
test("three", () => {});`;
  expect([...testsIn(source, "ts").values()]).toEqual([2, 2, 0]);
  const python =
    "def test_one():\n    assert 1\n    with pytest.raises(E):\n        f()\n\ndef other():\n    assert 2\n";
  expect([...testsIn(python, "python")]).toEqual([["test_one", 2]]);
});
