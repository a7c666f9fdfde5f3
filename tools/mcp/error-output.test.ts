import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { ErrorOutput } from "./error-output.ts";

const SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const cleaner = new TextCleaner();
const clean = (text: string): string => cleaner.clean(text);

test("its last words are clean before they are cut: no half of a secret is told", () => {
  for (let before = 270; before < 300; before += 1) {
    const output = new ErrorOutput({ clean });
    output.add(`\u001b[31mend\u0007 ${SECRET}${" x".repeat(before / 2)}`);
    expect(output.tail).not.toMatch(/ABCDEFGHIJ|012345/);
  }
});

test("what is not kept is not cut within a word", () => {
  const output = new ErrorOutput({ clean });
  output.add(`${SECRET} ${"\u001b[0m".repeat(2040)}`);
  output.add(" and then");
  expect(output.tail).toBe("and then");
});

test("each line is passed on once, however it came; empty ones and a flood are not", () => {
  const lines: string[] = [];
  let now = 0;
  const onLine = (line: string): void => void lines.push(line);
  const output = new ErrorOutput({ clean, onLine, now: () => now });
  for (const part of ["on", "e\n\ntw", "o\nthr"]) output.add(part);
  expect(lines).toEqual(["one", "two"]);
  output.add("x\n".repeat(1000));
  expect(lines).toHaveLength(59);
  now += 60_001;
  output.add(`${"y".repeat(5000)}\n`);
  expect(lines.at(-1)).toBe("y".repeat(2000));
});
