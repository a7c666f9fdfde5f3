import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { graphemes } from "./graphemes.ts";
import { inputRow } from "./input-row.ts";

describe("the input row", () => {
  test("shows the whole line where it fits", () => {
    expect(inputRow({ prompt: "> ", text: "안녕 you", cursor: 2 }, 20)).toEqual({
      text: "> 안녕 you",
      column: 6,
    });
  });

  test("line breaks and tabs are visible signs", () => {
    expect(inputRow({ prompt: "> ", text: "a\nb\tc", cursor: 5 }, 20).text).toBe("> a⏎b⇥c");
  });

  test("a long line scrolls with the cursor", () => {
    const text = "abcdefghijklmnopqrstuvwxyz";
    const row = (cursor: number) => inputRow({ prompt: "> ", text, cursor }, 13);
    expect(row(26)).toEqual({ text: "> …rstuvwxyz", column: 12 });
    expect(row(13)).toEqual({ text: "> …ghijklmno", column: 10 });
    expect(row(0)).toEqual({ text: "> abcdefghij", column: 2 });
  });

  test("a prompt that leaves no room is shortened", () => {
    const prompt = "[direct:toolsmith → toolsmith] > ";
    expect(inputRow({ prompt, text: "hi", cursor: 2 }, 20).text).toBe("> hi");
  });

  test("a line of 1 MiB fits too", () => {
    const text = "안녕 word ".repeat(100_000);
    const row = inputRow({ prompt: "> ", text, cursor: text.length }, 40);
    expect(row.text).toEndWith("word 안녕 word ");
    expect(row.column).toBe(Bun.stringWidth(row.text));
  });
});

test("never fills the last column, and the cursor stands behind what stands before it", () => {
  const unit = fc.constantFrom("a", "안", "👩‍👩‍👧‍👦", "e\u0301", "\n", " ");
  fc.assert(
    fc.property(
      fc.array(unit),
      fc.nat(),
      fc.integer({ min: 6, max: 40 }),
      (units, seed, columns) => {
        const text = units.join("");
        const places = [0];
        for (const { length } of graphemes(text)) places.push((places.at(-1) ?? 0) + length);
        const cursor = places[seed % places.length] ?? 0;
        const row = inputRow({ prompt: "> ", text, cursor }, columns);
        expect(Bun.stringWidth(row.text)).toBeLessThan(columns);
        expect(row.column).toBeLessThan(columns);
        const before = Bun.sliceAnsi(row.text, 2, row.column).replaceAll("⏎", "\n");
        expect(text.slice(0, cursor)).toEndWith(before.replace("…", ""));
      },
    ),
  );
});
