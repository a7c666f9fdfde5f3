import { expect, test } from "bun:test";
import fc from "fast-check";
import { wireRefusal } from "./wire-checks.ts";

const judged = (method: string, target: string, headers: readonly (readonly [string, string])[]) =>
  wireRefusal({ method, target, headers, address: "127.0.0.1" })?.status;

const TARGETS: readonly (readonly [string, 400 | 414 | 421 | undefined])[] = [
  ["/", undefined],
  ["/v1/jobs", undefined],
  ["/v1/jobs?state=dead&after=a%2Fb", undefined],
  ["/v1/jobs/a.b..c", undefined],
  ["/v1/tools/%C3%A4/call", undefined],
  ["/v1/jobs?x=..//a", undefined],
  ["//v1/jobs", 400],
  ["/v1//jobs", 400],
  ["/v1/./jobs", 400],
  ["/v1/../v1/jobs", 400],
  ["/v1/..", 400],
  ["/v1/%2e%2e/health", 400],
  ["/v1/%2E/health", 400],
  ["/v1%2Fjobs", 400],
  ["/v1%5cjobs", 400],
  ["/v1\\jobs", 400],
  ["/v1/jobs%00", 400],
  ["/v1/jobs%", 400],
  ["/v1/jobs%zz", 400],
  ["/v1/jobs?x=%", 400],
  ["/v1/jobs#x", 400],
  ["/v1/ä", 400],
  ["/v1/jobs?x=\u0001", 400],
  ["http://localhost/v1/jobs", 421],
  ["localhost:80", 421],
  ["*", 421],
  ["", 421],
  [`/${"a".repeat(4096)}`, 414],
];
test.each(TARGETS)("%s", (target, status) => {
  expect(judged("GET", target, [["host", "localhost"]])).toBe(status);
});

test.each(["HEAD", "PUT", "PATCH", "TRACE", "OPTIONS", "get", ""])(
  "does not know the method %p",
  (method) => {
    expect(judged(method, "/", [])).toBe(405);
  },
);

test("no header comes twice, but for those that are lists", () => {
  for (const name of ["host", "authorization", "content-length", "content-type", "cookie", "x-a"]) {
    const twice = [["host", "a"] as const, [name, "1"] as const, [name, "1"] as const];
    expect([name, judged("POST", "/", twice.slice(name === "host" ? 1 : 0))]).toEqual([name, 400]);
  }
  const lists = [["accept", "a"] as const, ["accept", "b"] as const];
  expect(judged("GET", "/", lists)).toBeUndefined();
});

test("what only looks has no body", () => {
  expect(judged("GET", "/", [["content-length", "1"]])).toBe(400);
  expect(judged("GET", "/", [["transfer-encoding", "chunked"]])).toBe(400);
  expect(judged("GET", "/", [["content-length", "0"]])).toBeUndefined();
  expect(judged("DELETE", "/", [["content-length", "2"]])).toBeUndefined();
});

test("a target that is let in is read as it stands, by every program that keeps to the standard", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const target = `/${text}`;
      if (judged("GET", target, []) !== undefined) return true;
      return new URL(`http://localhost${target}`).pathname === target.split("?")[0];
    }),
  );
});
