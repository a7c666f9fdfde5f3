import { expect, test } from "bun:test";
import { complaintsOf, familiesOf, sampleOf } from "./prometheus-text.ts";

const TEXT = `# HELP a_total Some.
# TYPE a_total counter
a_total{x="one",y="a\\"b\\\\c\\nd"} 3
a_total 4.5

# HELP b_seconds How long.
# TYPE b_seconds histogram
b_seconds_bucket{le="+Inf"} +Inf
`;

test("reads names, labels as they were before they were written, and values", () => {
  const families = familiesOf(TEXT);
  expect(families.map(({ name, type, help }) => [name, type, help])).toEqual([
    ["a", "counter", "Some."],
    ["b_seconds", "histogram", "How long."],
  ]);
  expect(families[0]?.samples).toEqual([
    { name: "a_total", labels: { x: "one", y: 'a"b\\c\nd' }, value: 3 },
    { name: "a_total", labels: {}, value: 4.5 },
  ]);
  expect(sampleOf(families, "b_seconds_bucket", { le: "+Inf" })).toBe(Number.POSITIVE_INFINITY);
  expect(complaintsOf(families)).toEqual(["b_seconds is not a number"]);
});

test.each([
  'a_total{x="1} 2',
  "a_total here",
  "a total 2",
  'a_total{x="1" y="2"} 2',
  "a_total{x=1} 2",
])("refuses %s", (line) => {
  expect(() => familiesOf(`# HELP a_total x\n${line}\n`)).toThrow("not a line of Prometheus");
});

test("names what Prometheus would complain of", () => {
  const about = (name: string, type: string) =>
    `# HELP ${name} x\n# TYPE ${name} ${type}\n${name} 1\n`;
  const text = ["a:counter", "b_total:gauge", "c_ms:gauge", "d_sum:gauge", "E:gauge", "f:mystery"]
    .map((one) => about(one.split(":")[0] ?? "", one.split(":")[1] ?? ""))
    .join("");
  expect(complaintsOf(familiesOf(text))).toEqual([
    "a is a counter without _total",
    "b_total is not a counter",
    "c_ms is not in base units",
    "d_sum ends as a part of a histogram does",
    "E is not in lower case",
    "f has no type",
  ]);
});
