import { describe, expect, test } from "bun:test";
import { growth, LINEAR } from "#test/processor-time.ts";
import { type JunitReport, readJunit } from "./junit-report.ts";

const { signal } = new AbortController();
const read = (text: string): Promise<JunitReport> => readJunit(text, signal);
const named = async (text: string): Promise<readonly string[]> =>
  (await read(text)).tests.map(({ name, status }) => `${status} ${name}`);

describe("the tests of a report", () => {
  test("of Maven, with output, a repeated test and an error", async () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="org.shop.CartTest" time="0.05" tests="5" errors="1" skipped="1" failures="1">
  <properties><property name="a" value="&lt;testcase name=&quot;no&quot;/&gt;"/></properties>
  <testcase name="adds" classname="org.shop.CartTest" time="0.01"><system-out><![CDATA[<testcase name="forged"/>]]></system-out></testcase>
  <testcase name="pays" classname="org.shop.CartTest"><failure message="a &gt; b" type="E">at &lt;x&gt;</failure></testcase>
  <testcase name="ships" classname="org.shop.CartTest"><error type="E"/></testcase>
  <testcase name="later" classname="org.shop.CartTest"><skipped/></testcase>
  <testcase name="flaky" classname="org.shop.CartTest"><flakyFailure type="E">once</flakyFailure></testcase>
</testsuite>`;
    expect(await named(text)).toEqual([
      "passed org.shop.CartTest > adds",
      "failed org.shop.CartTest > pays",
      "failed org.shop.CartTest > ships",
      "skipped org.shop.CartTest > later",
      "passed org.shop.CartTest > flaky",
    ]);
    expect((await read(text)).doubts).toEqual([]);
  });

  test("of suites in suites, in single quotes, with entities of numbers", async () => {
    const text = `<testsuites tests='2'><!-- <testcase name="no"/> --><testsuite name='a' tests='1'>
      <testsuite name="b" tests="1"><testcase name="x &#38; &#x79;"/></testsuite>
      <testcase name="m" classname="m"></testcase></testsuite></testsuites>`;
    expect(await named(text)).toEqual(["passed x & y", "passed m"]);
    expect((await read(text)).doubts).toEqual([]);
  });

  test("that fails behind a skip, or skips behind a failure, fails", async () => {
    const text =
      '<testsuite><testcase name="a"><skipped/><error/></testcase><testcase name="b"><failure/><skipped/></testcase></testsuite>';
    expect(await named(text)).toEqual(["failed a", "failed b"]);
  });

  test("are none where the XML is of something else", async () => {
    expect(
      await read('<coverage><testsuite tests="0"><testcase name="a"/></testsuite></coverage>'),
    ).toEqual({
      tests: [],
      doubts: [],
    });
  });
});

describe("a report that proves nothing", () => {
  test.each([
    ['<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>', /document type/],
    ['<testsuite><testcase name="a"', /no end/],
    ["<testsuite><testcase></testsuite>", /ends nothing/],
    ["<testsuite>", /has no end/],
    ["<testsuite></testsuite></testsuite>", /ends nothing/],
    ["<testsuite><!-- x", /has no end/],
    ["<testsuite>< a/></testsuite>", /no name/],
    ["<testsuite>".repeat(101), /too deep/],
  ])("%s", async (text, doubt) => {
    const report = await read(text);
    expect(report.tests).toEqual([]);
    expect(report.doubts).toEqual([expect.stringMatching(doubt)]);
  });

  test("names more than it counts, or counts failures that it does not name", async () => {
    expect(
      (
        await read(
          '<testsuite name="a" tests="1"><testcase name="a"/><testcase name="b"/></testsuite>',
        )
      ).doubts,
    ).toEqual(['the report of "a" names more tests than it counts (2 of 1)']);
    expect(
      (await read('<testsuite name="a" tests="1" errors="1"><testcase name="a"/></testsuite>'))
        .doubts,
    ).toEqual(['the report of "a" counts 1 that fail and names none']);
  });
});

test("an entity that is not one of XML's, or no character, stays as it is written", async () => {
  expect(
    await named('<testsuite><testcase name="&bomb; &#9999999; &constructor;"/></testsuite>'),
  ).toEqual(["passed &bomb; &#9999999; &constructor;"]);
});

test.each([" ".repeat(8), '<a b="', "<testsuite ", "&#38;"])(
  "a hostile report of many %j is read in a time that grows with their number alone",
  async (part) => {
    const grown = await growth(async (size) => {
      const text = part.repeat(10_000 * size);
      await read(`<testsuite><testcase name="${text}"/></testsuite>`);
      await read(`<testsuite>${text}`);
      await read(`<testsuite${text}`);
    });
    expect(grown).toBeLessThan(LINEAR);
  },
);

test("few doubts are kept of a report that is full of them", async () => {
  const { doubts } = await read(
    `<testsuites>${'<testsuite failures="1"/>'.repeat(1000)}</testsuites>`,
  );
  expect(doubts).toHaveLength(10);
});
