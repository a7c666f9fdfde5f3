import { expect, test } from "bun:test";
import { atLeast, atMostTimes, below, named, table } from "./report.ts";

const raw = { name: "raw", samples: [1, 2, 3] };
const ours = { name: "ours", samples: [2, 4, 6] };

test("an aim says what was measured and whether that is enough", () => {
  expect(atMostTimes(2, [ours, raw])).toEqual({ text: "ours ≤ 2 × raw", measured: 2, isMet: true });
  expect(atMostTimes(1.9, [ours, raw]).isMet).toBe(false);
  expect(below(4, ours)).toEqual({ text: "ours < 4", measured: 4, isMet: false });
  expect(below(5, ours).isMet).toBe(true);
  expect(atLeast(4, ours)).toEqual({ text: "ours ≥ 4", measured: 4, isMet: true });
  expect(atLeast(5, ours).isMet).toBe(false);
});

test("an unknown contestant is a mistake in the benchmark", () => {
  expect(named([raw, ours], "ours")).toBe(ours);
  expect(() => named([raw], "ours")).toThrow('No contestant is called "ours"');
});

test("all sections make one table, with ratios to the first row and aims below", () => {
  const large = { name: "many", samples: [12_345, 67] };
  const text = table([
    { title: "one", unit: "ms", series: [raw, ours], aims: [below(3, ours)] },
    { title: "two", unit: "ops", series: [large], aims: [] },
  ]);
  expect(`\n${text}`).toMatchInlineSnapshot(`
    "
    one (ms)
             median   lowest – highest    ratio
      raw      2.00        1.00 – 3.00   1.00 ×
      ours     4.00        2.00 – 6.00   2.00 ×
      aim missed   ours < 3: 4.00

    two (ops)
             median   lowest – highest    ratio
      many    6,206      67.0 – 12,345   1.00 ×
    "
  `);
});

test("findings in words are a table of their own, which the figures do not widen", () => {
  const text = table([
    { title: "figures", unit: "ms", series: [raw], aims: [] },
    { title: "words", head: ["", "ours"], rows: [["a long row", "ok"]] },
  ]);
  expect(`\n${text}`).toMatchInlineSnapshot(`
    "
    figures (ms)
            median   lowest – highest    ratio
      raw     2.00        1.00 – 3.00   1.00 ×

    words
                   ours
      a long row   ok
    "
  `);
});
