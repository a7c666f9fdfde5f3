import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { graphemes } from "./graphemes.ts";
import { type Key, type KeyName, PASTE_LIMIT } from "./keys.ts";
import { type Editor, EMPTY_EDITOR, edit, withText } from "./line-editor.ts";

const press = (name: KeyName): Key => ({ type: "press", name });
const text = (said: string): Key => ({ type: "text", text: said });

/** Presses keys, given as names in brackets and text between them. */
function typed(keys: string, editor: Editor = EMPTY_EDITOR): Editor {
  return keys
    .split(/(\[[a-z-]+\])/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith("[") ? press(part.slice(1, -1) as KeyName) : text(part)))
    .reduce((state, key) => edit(state, key).editor, editor);
}

/** The text with a bar where the cursor stands. */
const shown = ({ text: all, cursor }: Editor): string =>
  `${all.slice(0, cursor)}|${all.slice(cursor)}`;

describe("editing", () => {
  test.each([
    ["abc[left]X", "abX|c"],
    ["abc[home]X[end]Y", "XabcY|"],
    ["abc[left][backspace]", "a|c"],
    ["abc[home][delete]", "|bc"],
    ["abc[home][end-of-input]", "|bc"],
    ["x👩‍👩‍👧‍👦e\u0301[backspace][backspace]", "x|"],
    ["a👩‍👩‍👧‍👦b[left][left]", "a|👩‍👩‍👧‍👦b"],
    ["🇪[left]🇩", "🇩🇪|"],
    ["two words, here[word-left][word-left]", "two |words, here"],
    ["two words[home][word-right]", "two| words"],
    ["two words [delete-word]", "two |"],
    ["two words[home][delete-word-right]", "| words"],
    ["two words[word-left][delete-to-start]", "|words"],
    ["two words[word-left][delete-to-end]", "two |"],
    ["한글 단어[delete-word]", "한글 |"],
    ["one[newline]two", "one\ntwo|"],
    ["a[backspace][backspace][left][delete]", "|"],
  ])("%s leaves %s", (keys, result) => {
    expect(shown(typed(keys))).toBe(result);
  });

  test("what could fool a terminal or an eye never gets in", () => {
    const pasted = edit(EMPTY_EDITOR, {
      type: "paste",
      text: "rm\u001b[31m \u0007x\u202ey\nz",
      dropped: 0,
    });
    expect(pasted.editor.text).toBe("rm x⟨U+202E⟩y\nz");
  });

  test("holds no more than a paste may hold", () => {
    const full = edit(EMPTY_EDITOR, text("x".repeat(PASTE_LIMIT))).editor;
    expect(edit(full, text("y")).editor.text.length).toBe(PASTE_LIMIT);
  });
});

describe("sending", () => {
  test("Enter sends the line and begins a new one", () => {
    const { editor, action } = edit(typed("hello"), press("enter"));
    expect(action).toEqual({ type: "send", text: "hello" });
    expect(shown(editor)).toBe("|");
  });

  test("a blank line is not sent", () => {
    expect(edit(typed("  "), press("enter")).action).toBeUndefined();
  });

  test("Ctrl-D ends the input only on an empty line", () => {
    expect(edit(EMPTY_EDITOR, press("end-of-input")).action).toEqual({ type: "end" });
    expect(edit(typed("a"), press("end-of-input")).action).toBeUndefined();
  });

  test("sent lines come back with the up key, and what was begun with the down key", () => {
    const editor = typed("one[enter]two[enter]thr");
    expect(shown(typed("[up]", editor))).toBe("two|");
    expect(shown(typed("[up][up][up]", editor))).toBe("one|");
    expect(shown(typed("[up][up][down][down][down]", editor))).toBe("thr|");
    expect(edit(typed("[up]!", editor), press("enter")).action).toEqual({
      type: "send",
      text: "two!",
    });
  });

  test("the history is bounded and keeps a repeated line once", () => {
    const editor = typed("same[enter]same[enter]");
    expect(editor.history).toEqual(["same"]);
    const lines = Array.from({ length: 250 }, (_, index) => `${index}[enter]`).join("");
    expect(typed(lines).history).toHaveLength(200);
  });

  test("a line that is given back stands there to be mended", () => {
    expect(shown(withText(typed("one[enter][up]"), "one"))).toBe("one|");
  });
});

const names: readonly KeyName[] = [
  "backspace",
  "delete",
  "left",
  "right",
  "home",
  "end",
  "word-left",
  "word-right",
  "delete-word",
  "delete-word-right",
  "up",
  "down",
  "newline",
];
const anyKey: fc.Arbitrary<Key> = fc.oneof(
  fc.constantFrom(...names).map(press),
  fc.string({ unit: "grapheme", maxLength: 4 }).map(text),
  fc.constantFrom("\u0301", "\u200d", "🇩", "🇪", "👩‍", "क्", "ष").map(text),
);

test("the cursor always stands between two characters", () => {
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 40 }), (keys) => {
      let editor = EMPTY_EDITOR;
      for (const key of keys) {
        editor = edit(editor, key).editor;
        const ends = [0];
        for (const { length } of graphemes(editor.text)) ends.push((ends.at(-1) ?? 0) + length);
        expect(ends).toContain(editor.cursor);
      }
    }),
  );
});

test("typing a text and moving about in it sends exactly that text", () => {
  const moves = names.filter((name) => /^(?:left|right|home|end|word)/.test(name));
  const line = fc.stringMatching(/^[a-z é안]{1,20}$/).filter((said) => said.trim() !== "");
  fc.assert(
    fc.property(line, fc.array(fc.constantFrom(...moves)), (said, moved) => {
      const editor = [text(said), ...moved.map(press)].reduce(
        (state, key) => edit(state, key).editor,
        EMPTY_EDITOR,
      );
      expect(edit(editor, press("enter")).action).toEqual({ type: "send", text: said });
    }),
  );
});
