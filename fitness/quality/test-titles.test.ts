import { expect, test } from "bun:test";
import { lostPart, testsIn } from "./test-titles.ts";

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
  expect([...testsIn(source, "ts").values()].map(({ assertions }) => assertions)).toEqual([
    2, 2, 0,
  ]);
  const python =
    "def test_one():\n    assert 1\n    with pytest.raises(E):\n        f()\n\ndef other():\n    assert 2\n";
  expect(testsIn(python, "python").get("test_one")?.assertions).toBe(2);
  expect([...testsIn(python, "python").keys()]).toEqual(["test_one"]);
});

const ONE = `test("one", async () => {
  const text = "a b";
  expect(await run({ text })).toBe(2);
});`;

function lostOf(now: string, was = ONE, language: "ts" | "python" = "ts"): string | undefined {
  const [had] = testsIn(was, language).values();
  const [has] = testsIn(now, language).values();
  return had && has && lostPart(had, has);
}

test.each([
  ["as it was", ONE],
  ["written on one line", ONE.replaceAll(/\s+/g, " ")],
  ["with a further assertion", ONE.replace("\n});", "\n  expect(run).toBeDefined();\n});")],
])("a test %s has lost nothing", (_what, now) => {
  expect(lostOf(now)).toBeUndefined();
});

test.each([
  ["another result", ONE.replace("toBe(2)", "toBeDefined()")],
  ["another input", ONE.replace("a b", "a")],
  ["an end before the assertion", ONE.replace("expect", "return;\n  expect")],
  ["a condition before it", ONE.replace("expect", "if (text) expect")],
  ["nothing in it", 'test("one", async () => {\n  expect(1).toBe(1);\n});'],
])("a test with %s is another one", (_what, now) => {
  expect(lostOf(now)).toBeDefined();
});

test("the same holds for pytest", () => {
  const was = "def test_one():\n    found = run(1)\n    assert found == 2\n";
  expect(lostOf(was.replace("= run", "=  run"), was, "python")).toBeUndefined();
  expect(lostOf(`${was}    assert found > 1\n`, was, "python")).toBeUndefined();
  expect(lostOf(was.replace("== 2", "> 0"), was, "python")).toBe("assert found == 2");
  expect(lostOf(was.replace("    assert", "    return\n    assert"), was, "python")).toBe("return");
});
