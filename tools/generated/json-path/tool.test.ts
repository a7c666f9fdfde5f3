import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { input, run } from "./tool.ts";

const ask = (value: unknown, path: string) => run({ json: JSON.stringify(value), path });

const values = async (value: unknown, path: string) =>
  (await ask(value, path)).matches.map((match) => match.value);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => Object(error).code,
  );

describe("paths", () => {
  const shop = {
    books: [
      { title: "A", price: 8 },
      { title: "B", price: 12 },
    ],
    open: true,
  };

  test("names, positions from both ends, ranges", async () => {
    expect(await values(shop, "$.books[0].title")).toEqual(["A"]);
    expect(await values(shop, "$['books'][-1]['price']")).toEqual([12]);
    expect(await values(shop, "$.books[0:1].price")).toEqual([8]);
    expect(await values(shop, "$.books[1:].price")).toEqual([12]);
  });

  test("everything, and everything below", async () => {
    expect(await values(shop, "$.*")).toEqual([shop.books, true]);
    expect(await values(shop, "$..price")).toEqual([8, 12]);
    expect(await values(shop, "$..[0]")).toEqual([shop.books[0]]);
  });

  test("what is not there gives nothing", async () => {
    expect(await ask(shop, "$.magazines[0]")).toEqual({ count: 0, matches: [] });
    expect(await ask(shop, "$.books[2]")).toEqual({ count: 0, matches: [] });
    expect(await ask(shop, "$.books[-3]")).toEqual({ count: 0, matches: [] });
  });

  test("says where it was found", async () => {
    const { matches } = await ask({ "a'b": [{ c: 1 }] }, "$..c");
    expect(matches[0]?.path).toBe("$['a\\'b'][0]['c']");
  });
});

describe("properties", () => {
  test("the path that it tells leads to the value that it found", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        // As JSON keeps it: -0 is 0 there.
        const { matches } = await ask(value, "$..*");
        for (const match of matches.slice(0, 10).filter(({ path }) => path.length < 500)) {
          expect(await values(value, match.path)).toEqual([match.value]);
        }
      }),
    );
  });

  test("a range gives what Array.slice gives", async () => {
    const bound = fc.integer({ min: -9, max: 9 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer()), bound, bound, async (list, from, to) => {
        const plain: unknown = JSON.parse(JSON.stringify(list.slice(from, to)));
        expect<unknown>(await values(list, `$[${from}:${to}]`)).toEqual(plain);
      }),
    );
  });
});

describe("abuse", () => {
  test("nesting without end is no JSON to it", async () => {
    const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(await codeOf(run({ json: deep(101), path: "$" }))).toBe("BAD_JSON");
    expect(await codeOf(run({ json: deep(100), path: "$" }))).toBe("no error");
    expect(await codeOf(run({ json: "[".repeat(100_000), path: "$" }))).toBe("BAD_JSON");
    expect(await codeOf(run({ json: `"${'\\"'.repeat(49_000)}`, path: "$" }))).toBe("BAD_JSON");
  });

  test("a path that multiplies what it finds is stopped", async () => {
    const wide = JSON.stringify(Array.from({ length: 90 }, () => Array(90).fill(0)));
    expect(await codeOf(run({ json: wide, path: "$..*" }))).toBe("TOO_MUCH");
    expect(await codeOf(run({ json: wide, path: "$..*..*..*..*" }))).toBe("TOO_MUCH");
    const long = JSON.stringify([["x".repeat(60_000)]]);
    expect(await codeOf(run({ json: long, path: "$..*" }))).toBe("TOO_MUCH");
  });

  test("names that every object inherits are no members", async () => {
    expect(await ask({}, "$.constructor")).toEqual({ count: 0, matches: [] });
    const own = '{"__proto__":{"a":1}}';
    expect((await run({ json: own, path: "$.__proto__.a" })).count).toBe(1);
  });

  test.each(["", "x", "$$", "$[", "$[']", "$.a b", "$[1:2:3]", "$...a"])(
    "refuses the path %j",
    async (path) => {
      expect(await codeOf(run({ json: "{}", path }))).toBe("BAD_PATH");
    },
  );

  test("refuses arguments of other shapes", () => {
    expect(input.safeParse({ json: {}, path: "$" }).success).toBe(false);
    expect(input.safeParse({ json: "{}", path: "$", more: 1 }).success).toBe(false);
  });
});
