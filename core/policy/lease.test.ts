import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  argumentsHash,
  attenuate,
  type Caveat,
  isAuthentic,
  type LeaseRequest,
  mintLease,
  permits,
} from "./lease.ts";

const key = new Uint8Array(32).fill(7);
const request = (rest: Partial<LeaseRequest["call"]> = {}, uses = 0): LeaseRequest => ({
  call: {
    tool: "sh",
    persona: "agent",
    arguments: {},
    effect: "execute",
    capabilities: [],
    ...rest,
  },
  now: 1000,
  uses,
});
const allows = (caveat: unknown, given: LeaseRequest) =>
  permits({ id: "L1", caveats: [caveat], signature: "" }, given);

describe("a caveat", () => {
  const path = (value: unknown) => request({ arguments: { path: value } });
  const url = (value: unknown) => request({ arguments: { url: value } });
  test.each<[Caveat, LeaseRequest, boolean]>([
    [{ kind: "tool", is: "sh" }, request(), true],
    [{ kind: "tool", is: "s" }, request(), false],
    [{ kind: "persona", is: "python" }, request(), false],
    [{ kind: "branch", is: "cand/1" }, request({ branch: "cand/1" }), true],
    [{ kind: "branch", is: "cand/1" }, request(), false],
    [{ kind: "path", under: "notes" }, path("notes/a.md"), true],
    [{ kind: "path", under: "notes/" }, path("./notes//a.md"), true],
    [{ kind: "path", under: "notes" }, path("notes2/a.md"), false],
    [{ kind: "path", under: "notes" }, path("notes/../a.md"), false],
    [{ kind: "path", under: "notes" }, path("/notes/a.md"), false],
    [{ kind: "path", under: "." }, path("a.md"), true],
    [{ kind: "path", under: "." }, path("../a.md"), false],
    [{ kind: "path", under: "notes" }, path(["notes/a.md"]), false],
    [{ kind: "path", under: "notes" }, request(), false],
    [{ kind: "host", is: "*.a.example" }, url("http://b.a.example/"), true],
    [{ kind: "host", is: "a.example" }, url("http://a.example.evil/"), false],
    [{ kind: "host", is: "*" }, request(), false],
    [
      { kind: "args", sha256: argumentsHash({ a: 1, b: 2 }) },
      request({ arguments: { b: 2, a: 1 } }),
      true,
    ],
    [
      { kind: "args", sha256: argumentsHash({ a: 1 }) },
      request({ arguments: { a: 1, b: 2 } }),
      false,
    ],
    [{ kind: "before", at: 1001 }, request(), true],
    [{ kind: "before", at: 1000 }, request(), false],
    [{ kind: "uses", most: 2 }, request({}, 1), true],
    [{ kind: "uses", most: 2 }, request({}, 2), false],
  ])("%j of %j: %p", (caveat, given, expected) => {
    expect(allows(caveat, given)).toBe(expected);
  });

  test.each([
    { kind: "weather", is: "fine" },
    { kind: "tool", is: "sh", unless: "friday" },
    { kind: "tool" },
    { kind: "before", at: "9999" },
    { kind: "toString", is: "sh" },
    "tool",
    null,
  ])("that is not known allows nothing: %j", (caveat) => {
    expect(allows(caveat, request())).toBe(false);
  });

  test("must be there: a lease without any allows nothing", () => {
    expect(permits(mintLease(key, "L1", []), request())).toBe(false);
  });
});

const word = fc.constantFrom("sh", "web", "agent", "python", "main");
const caveat = fc.oneof(
  fc.record({
    kind: fc.constantFrom("tool" as const, "persona" as const, "branch" as const),
    is: word,
  }),
  fc.record({ kind: fc.constant("before" as const), at: fc.integer({ min: 0, max: 2000 }) }),
  fc.record({ kind: fc.constant("uses" as const), most: fc.nat(3) }),
  fc.record({ kind: fc.constant("path" as const), under: fc.constantFrom("a", "a/b", ".") }),
);
const given = fc.record({
  call: fc.record({
    tool: word,
    persona: word,
    branch: word,
    arguments: fc.record({ path: fc.constantFrom("a/x", "a/b/x", "../x") }),
    effect: fc.constant("execute" as const),
    capabilities: fc.constant([]),
  }),
  now: fc.nat(2000),
  uses: fc.nat(3),
});
const caveats = fc.array(caveat, { maxLength: 4 });

test("narrowing never widens, and what was narrowed is still ours", () => {
  fc.assert(
    fc.property(fc.array(caveat, { minLength: 1 }), caveat, given, (start, more, asked) => {
      const lease = mintLease(key, "L1", start);
      const narrowed = attenuate(lease, more);
      expect(isAuthentic(key, narrowed)).toBe(true);
      if (permits(narrowed, asked)) expect(permits(lease, asked)).toBe(true);
    }),
  );
});

test("whatever is changed, left out or put in another order is refused", () => {
  fc.assert(
    fc.property(caveats, caveats, (start, forged) => {
      const lease = mintLease(key, "L1", start);
      const same = JSON.stringify(forged) === JSON.stringify(start);
      expect(isAuthentic(key, { ...lease, caveats: forged })).toBe(same);
      expect(isAuthentic(key, { ...lease, id: "L2" })).toBe(false);
      expect(isAuthentic(new Uint8Array(32), lease)).toBe(false);
    }),
  );
  const { signature, ...rest } = mintLease(key, "L1", [{ kind: "tool", is: "sh" }]);
  for (const forged of ["", "zz", signature.slice(2), `${signature}00`, "0".repeat(64)]) {
    expect(isAuthentic(key, { ...rest, signature: forged })).toBe(false);
  }
});
