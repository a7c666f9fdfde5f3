import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ScreenEmulator } from "#test/screen-emulator.ts";
import { Frames, lastRow } from "./frames.ts";
import { inputRow } from "./input-row.ts";

/** A screen that is fed frame by frame. */
class Terminal {
  readonly frames = new Frames();
  readonly screen: ScreenEmulator;

  constructor(columns: number) {
    this.screen = new ScreenEmulator(columns);
    this.#write(this.frames.enter());
  }

  draw(input: string, status = ""): string {
    const { columns } = this.screen;
    const row = inputRow({ prompt: "> ", text: input, cursor: input.length }, columns);
    return this.#write(this.frames.next({ status, input: row }, columns));
  }

  leave(): string {
    return this.#write(this.frames.leave());
  }

  #write(text: string): string {
    this.screen.write(text);
    return text;
  }
}

describe("the live rows", () => {
  test("text goes above the input line and the cursor stays in it", () => {
    const terminal = new Terminal(20);
    terminal.draw("abc");
    terminal.frames.append("one\ntw");
    terminal.draw("abc");
    expect(terminal.screen.rows).toEqual(["one", "tw", "> abc"]);
    expect(terminal.screen.cursor).toEqual({ row: 2, column: 5 });
    terminal.frames.append("o\n");
    terminal.draw("abcd");
    expect(terminal.screen.rows).toEqual(["one", "two", "> abcd"]);
  });

  test("a status stands where no line is growing, and leaves no trace", () => {
    const terminal = new Terminal(12);
    terminal.draw("", "agent is thinking");
    expect(terminal.screen.rows).toEqual(["agent is t…", ">"]);
    terminal.frames.append("Yes");
    terminal.draw("", "agent is thinking");
    expect(terminal.screen.rows).toEqual(["Yes", ">"]);
  });

  test("a line that grows over several rows keeps every row of it", () => {
    const terminal = new Terminal(10);
    for (const piece of ["12345", "67890", "abcde", "安安安", "x"]) {
      terminal.frames.append(piece);
      terminal.draw("in");
    }
    expect(terminal.screen.lines).toEqual(["1234567890abcde安安安x", "> in"]);
    expect(terminal.screen.rows).toEqual(["1234567890", "abcde安安", "安x", "> in"]);
  });

  test("nothing is written when nothing changed, and only the input line for a key", () => {
    const terminal = new Terminal(20);
    terminal.frames.append("one\ntw");
    terminal.draw("a");
    expect(terminal.draw("a")).toBe("");
    expect(terminal.draw("ab")).toBe("\u001b[?2026h\r\u001b[2K> ab\r\u001b[4C\u001b[?2026l");
  });

  test("after a change of the width all text is still there", () => {
    const frames = new Frames();
    const input = inputRow({ prompt: "> ", text: "", cursor: 0 }, 20);
    frames.append("one\ntw");
    frames.next({ status: "", input }, 20);
    frames.append("o three\n");
    const frame = frames.next({ status: "", input }, 15);
    expect(frame).toBe("\u001b[?2026h\r\u001b[Jo three\r\n> \r\u001b[2C\u001b[?2026l");
  });

  test("leaving keeps the text, takes the input line away and switches everything off", () => {
    const terminal = new Terminal(20);
    terminal.frames.append("one\ntw");
    terminal.draw("secret");
    terminal.frames.append("o");
    expect(terminal.leave()).toEndWith("\u001b[0m\u001b[?2004l\u001b[?25h");
    expect(terminal.screen.rows).toEqual(["one", "two", ""]);
    expect([...terminal.screen.modes]).toEqual(["?25"]);
  });
});

const words = fc.array(
  fc.constantFrom(
    "a",
    "word ",
    "\n",
    "\n\n",
    "安",
    "é",
    "👩‍👩‍👧‍👦",
    "`code`",
    "long".repeat(12),
    "\tx",
  ),
  { maxLength: 8 },
);

test("however text and keys come, each line is there once and the input line is last", () => {
  const steps = fc.array(fc.tuple(words, fc.string({ maxLength: 6 })), { maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 10, max: 40 }), (all, columns) => {
      const terminal = new Terminal(columns);
      let said = "";
      for (const [pieces, input] of all) {
        const text = pieces.join("");
        terminal.frames.append(text);
        terminal.draw(input);
        said += text;
        const last = terminal.screen.cursor.row;
        expect(terminal.screen.rows[last]).toStartWith(">");
        expect(terminal.screen.modes).not.toContain("?2026");
      }
      terminal.leave();
      const reference = new ScreenEmulator(columns);
      reference.write(said.replaceAll("\n", "\r\n"));
      const trimmed = (lines: readonly string[]) => lines.join("\n").trimEnd();
      expect(trimmed(terminal.screen.lines)).toBe(trimmed(reference.lines));
    }),
  );
});

test("the last row of a folded line is what the terminal shows there", () => {
  const line = words.map((pieces) => pieces.join("").replaceAll("\n", " "));
  fc.assert(
    fc.property(line, fc.integer({ min: 4, max: 30 }), (text, columns) => {
      const screen = new ScreenEmulator(columns);
      const last = lastRow(text, columns);
      screen.write(text);
      const row = new ScreenEmulator(columns);
      row.write(last);
      expect(text).toEndWith(last);
      expect(screen.rows.at(-1) ?? "").toBe(row.rows[0] ?? "");
      expect(row.rows.length).toBeLessThanOrEqual(1);
    }),
  );
});
