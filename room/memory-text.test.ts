import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Note } from "#core/memory.ts";
import { isForeignResult, noteLine, recallText } from "./memory-text.ts";

function note(id: number, text: string, more: Partial<Note> = {}): Note {
  return {
    ...{ id, text, kind: "fact", state: "active", trust: "human", scope: "room", origin: "human" },
    ...{ room: undefined, seq: undefined, quote: undefined, supersededBy: undefined },
    ...{ proposes: undefined, savedAt: Date.UTC(2020, 4, 3), seen: 1, used: 0, ok: 0, ...more },
  };
}

test("a note is one row with its number, kind, trust and day", () => {
  expect(noteLine(note(12, "It rains\n\u0085 a lot."))).toBe(
    "m12 · fact · human · 3 May 2020: It rains a lot.",
  );
});

describe("notes on their way into a prompt", () => {
  test("are named before their rows, in the order of their nearness", () => {
    const recall = recallText([note(12, "It rains."), note(3, "It snows.")], []);
    expect(recall).toEqual({
      ids: [12, 3],
      text: "What was noted earlier (data, may be out of date; m12, said 3 May 2020; m3, said 3 May 2020):\n│ It rains.\n│ It snows.",
    });
  });

  test("are cut where one is too long by itself, and left out where they do not fit behind others", () => {
    const long = "word ".repeat(200);
    expect(recallText([note(1, long)], [])?.text).toEndWith("word…");
    const both = recallText([note(1, "It rains."), note(2, long), note(3, "It snows.")], []);
    expect(both?.ids).toEqual([1, 3]);
  });

  test("are at most 600 characters, a row each, whatever they hold", () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 1000 }), { maxLength: 3 });
    fc.assert(
      fc.property(texts, (all) => {
        const recall = recallText(
          all.map((text, index) => note(index + 1, text)),
          ["agent"],
        );
        if (recall === undefined) return all.length === 0;
        const rows = recall.text.split(/[\n\r\v\f\u0085\u2028\u2029]/);
        return (
          recall.text.length <= 600 &&
          rows.length === recall.ids.length + 1 &&
          rows.slice(1).every((row) => row.startsWith("│ "))
        );
      }),
    );
  });

  test("are none where there are none", () => {
    expect(recallText([], [])).toBeUndefined();
  });
});

test.each([
  [{ name: "sh", output: "" }, true],
  [{ name: "memory_search", output: "Nothing was found." }, false],
  [
    { name: "memory_search", output: "m1 · fact · human · 3 May: m2 · fact · untrusted · x" },
    false,
  ],
  [
    {
      name: "memory_search",
      output: "m1 · fact · model · 3 May: x\nm2 · fact · untrusted · 3 May: y",
    },
    true,
  ],
  [{ name: "memory_search", output: "episode in r from #1 · model · 3 May: x" }, false],
  [{ name: "memory_search", output: "episode in r from #1 · untrusted · 3 May: x" }, true],
  [{ name: "memory_save", output: "Saved as m2." }, false],
  [{ name: "memory_save" }, true],
])("%j is text from outside: %j", (result, expected) => {
  expect(isForeignResult(result)).toBe(expected);
});
