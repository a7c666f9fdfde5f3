import { expect, test } from "bun:test";
import { titlesOf } from "./test-titles.ts";

test("titles of bun:test are found, however the test is called", () => {
  const source = `test("one", () => {});
it('two "quoted"', async () => {});
test.each([[1]])("three %p", () => {});
describe("four", () => {
  test(\`five\`, () => {});
});`;
  expect(titlesOf(source)).toEqual(["one", 'two "quoted"', "three %p", "five"]);
});

test("titles of pytest are the names of functions", () => {
  const source =
    "def test_one():\n    assert 1\n\n\nclass TestTwo:\n    def test_three(self): ...\n\ndef helper(): ...\n";
  expect(titlesOf(source)).toEqual(["test_one", "test_three"]);
});
