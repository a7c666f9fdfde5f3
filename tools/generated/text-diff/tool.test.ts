import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { input, run } from "./tool.ts";

const text = (...lines: string[]) => lines.join("\n");
const short = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => Object(error).code,
  );

describe("differences", () => {
  test("a changed line goes and comes", async () => {
    const result = await run({ before: text("a", "b", "c"), after: text("a", "x", "c") });
    expect(result).toEqual({
      added: 1,
      removed: 1,
      unchanged: 2,
      diff: text("@@ -1,3 +1,3 @@", " a", "-b", "+x", " c"),
    });
  });

  test("equal texts have none", async () => {
    expect(await run({ before: "a\nb", after: "a\nb" })).toMatchObject({ unchanged: 2, diff: "" });
  });

  test("no text has no lines, and a line end at the end makes one more", async () => {
    expect((await run({ before: "", after: "a" })).diff).toBe(text("@@ -0,0 +1 @@", "+a"));
    expect((await run({ before: "a", after: "a\n" })).diff).toBe(text("@@ -1 +1,2 @@", " a", "+"));
  });

  test("changes far from each other stand apart", async () => {
    const before = text("1", "2", "3", "4", "5", "6");
    const after = text("one", "2", "3", "4", "5", "six");
    expect((await run({ before, after, context: 1 })).diff).toBe(
      text("@@ -1,2 +1,2 @@", "-1", "+one", " 2", "@@ -5,2 +5,2 @@", " 5", "-6", "+six"),
    );
    expect((await run({ before, after, context: 0 })).diff).toBe(
      text("@@ -1 +1 @@", "-1", "+one", "@@ -6 +6 @@", "-6", "+six"),
    );
    expect((await run({ before, after })).diff.match(/@@ /g)).toHaveLength(1);
  });
});

describe("properties", () => {
  test("the old text is what stayed and went, the new one what stayed and came", async () => {
    await fc.assert(
      fc.asyncProperty(short, short, async (old, fresh) => {
        const [before, after] = [text(...old), text(...fresh)];
        const { diff } = await run({ before, after, context: 20 });
        const lines = diff === "" ? old.map((line) => ` ${line}`) : diff.split("\n").slice(1);
        const without = (sign: string) =>
          text(...lines.filter((line) => line[0] !== sign).map((line) => line.slice(1)));
        expect(without("+")).toBe(before);
        expect(without("-")).toBe(after);
      }),
    );
  });

  test("counts add up, and swap with the texts", async () => {
    await fc.assert(
      fc.asyncProperty(short, short, async (old, fresh) => {
        const [before, after] = [text(...old), text(...fresh)];
        const there = await run({ before, after });
        const back = await run({ before: after, after: before });
        expect(there.removed + there.unchanged).toBe(old.length);
        expect(there.added + there.unchanged).toBe(fresh.length);
        expect([back.added, back.removed]).toEqual([there.removed, there.added]);
      }),
    );
  });
});

describe("abuse", () => {
  test("too many lines are refused, and the most are compared", async () => {
    const lines = (count: number, line: string) => Array(count).fill(line).join("\n");
    expect(await codeOf(run({ before: lines(2001, ""), after: "" }))).toBe("TOO_LONG");
    expect(await codeOf(run({ before: "", after: lines(2001, "x") }))).toBe("TOO_LONG");
    const most = await run({ before: lines(2000, "a"), after: lines(2000, "b") });
    expect(most).toMatchObject({ added: 2000, removed: 2000, unchanged: 0 });
  });

  test("lines that look like a diff, and odd characters, are lines", async () => {
    const { diff } = await run({ before: "+a\n\u0000", after: "@@ -1 +1 @@\n\u0000" });
    expect(diff).toBe(text("@@ -1,2 +1,2 @@", "-+a", "+@@ -1 +1 @@", " \u0000"));
  });

  test("refuses arguments of other shapes", () => {
    for (const wrong of [{}, { before: "", after: 1 }, { before: "", after: "", context: 0.5 }]) {
      expect(input.safeParse(wrong).success).toBe(false);
    }
  });
});
