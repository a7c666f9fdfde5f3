import { expect, test } from "bun:test";
import { askerOf, check, manyOf, type Run, slug } from "#test/tools/oracle-double.ts";

/** A process of a tool: what it remembers is gone with it. */
type Start = () => Run;

/** What the oracle says of a tool each call of which has a process of its own. */
async function findingOn(start: Start, capabilities: readonly string[] = []) {
  const call: Run = (args, seed) => start()(args, seed);
  const spec = { capabilities, deterministic: capabilities.length === 0 };
  return await check(call, { spec }, { askerOf: askerOf(call), askMany: manyOf(start) });
}

const other = { slug: "other", words: 1 };

const REMEMBERING: Readonly<Record<string, Start>> = {
  "counts its calls and errs at every seventh": () => {
    let calls = 0;
    return (args, seed) => {
      calls += 1;
      const right = slug(args, seed);
      return calls % 7 === 0 ? other : right;
    };
  },
  "errs once it has seen as many as a hundred": () => {
    let calls = 0;
    return (args, seed) => {
      calls += 1;
      const right = slug(args, seed);
      return calls > 100 ? other : right;
    };
  },
  "answers otherwise what it has seen before": () => {
    const visited = new Set<string>();
    return (args, seed) => {
      const key = JSON.stringify(args);
      const right = slug(args, seed);
      if (visited.has(key)) return other;
      visited.add(key);
      return right;
    };
  },
  "keeps results by the length of the text alone": () => {
    const cache = new Map<number, unknown>();
    return (args, seed) => {
      const cached = cache.get(args.title.length) ?? slug(args, seed);
      cache.set(args.title.length, cached);
      return cached;
    };
  },
  "keeps the longest text that it was given": () => {
    let longest = "";
    return (args, seed) => {
      if (args.title.length > longest.length) longest = args.title;
      const right = slug(args, seed);
      return longest.length > args.title.length + 500 ? other : right;
    };
  },
  "remembers where an expression stopped": () => {
    const letter = /[a-z0-9]/g;
    return (args, seed) => {
      const right = slug(args, seed);
      return letter.test(args.title.toLowerCase()) ? right : other;
    };
  },
};

test.each(Object.entries(REMEMBERING))("a tool that %s is refused", async (_what, start) => {
  const finding = await findingOn(start);
  expect(finding?.reason).toBe(
    "Its answers depend on what it was asked before in the same process",
  );
  expect(finding?.details[0]).toMatch(
    /^input \{.* gave .*, and in another process or order .*; a call of/,
  );
  expect(finding?.details.join("\n")).toContain("inside run");
});

let address = 0;

/** Each process begins at another address. */
const AT_AN_ADDRESS: Start = () => {
  address += 1;
  const own = address;
  return (args, seed) => {
    const right = slug(args, seed);
    const isMet = args.title.length > 60 && (args.title.length + own) % 7 === 0;
    return isMet ? other : right;
  };
};

test("a tool whose answer hangs on an address now and then is refused", async () => {
  const finding = await findingOn(AT_AN_ADDRESS);
  expect(finding?.reason).toContain("in another process they do not");
  expect(finding?.details.at(-1)).toContain("repr()");
});

test("a tool that remembers only what it worked out is refused for nothing", async () => {
  const start: Start = () => {
    const results = new Map<string, unknown>();
    return (args, seed) => {
      const key = JSON.stringify(args);
      if (!results.has(key)) results.set(key, slug(args, seed));
      return results.get(key);
    };
  };
  expect(await findingOn(start)).toBeUndefined();
});

test("a tool that sees chance may answer otherwise", async () => {
  expect(await findingOn(AT_AN_ADDRESS, ["random"])).toBeUndefined();
});
