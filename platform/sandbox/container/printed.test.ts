import { expect, test } from "bun:test";
import { Printed } from "./printed.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("the last lines are given, whole, however they came", () => {
  const printed = new Printed();
  for (const part of ["one\ntw", "o\nth", "ree\n", "four"]) printed.add(bytes(part));
  expect(printed.lines(2)).toBe("three\nfour");
  expect(printed.lines(9)).toBe("one\ntwo\nthree\nfour");
});

test("of a flood the end is kept, and no half line", () => {
  const printed = new Printed();
  const line = `${"x".repeat(99)}\n`;
  for (let at = 0; at < 100; at += 1) printed.add(bytes(line.repeat(100)));
  const kept = printed.lines(100_000);
  expect(kept.length).toBeLessThanOrEqual(128 * 1024);
  expect(kept.length).toBeGreaterThan(100 * 1024);
  expect(new Set(kept.trimEnd().split("\n"))).toEqual(new Set(["x".repeat(99)]));
});

test("of one line whose beginning is gone, no half word is given", () => {
  const printed = new Printed();
  printed.add(bytes(`${"x".repeat(200_000)} end`));
  expect(printed.lines(9)).toBe(" end");
});
