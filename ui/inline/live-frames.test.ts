import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ScreenEmulator } from "#test/screen-emulator.ts";
import { LiveFrames } from "./live-frames.ts";

/** A screen that is fed frame by frame. */
class Terminal {
  readonly frames = new LiveFrames();
  readonly screen: ScreenEmulator = new ScreenEmulator(20);

  draw(...lines: readonly string[]): string {
    const last = lines.at(-1) ?? "";
    const cursor = { row: lines.length - 1, column: Bun.stringWidth(last) };
    return this.#write(this.frames.next({ lines, cursor }, { columns: 20, rows: 24 }));
  }

  leave(): string {
    return this.#write(this.frames.leave({ columns: 20, rows: 24 }));
  }

  #write(text: string): string {
    this.screen.write(text);
    return text;
  }
}

describe("a frame", () => {
  test("writes finished text above the live rows, which move down", () => {
    const terminal = new Terminal();
    terminal.draw("status", "> a");
    terminal.frames.append("one\ntwo\n");
    terminal.draw("status", "> ab");
    expect(terminal.screen.rows).toEqual(["one", "two", "status", "> ab"]);
    expect(terminal.screen.cursor).toEqual({ row: 3, column: 4 });
  });

  test("touches only the row that changed, and clears it before it writes", () => {
    const terminal = new Terminal();
    terminal.draw("first", "second", "> ");
    expect(terminal.draw("first", "other", "> ")).toBe(
      "\u001b[?2026h\u001b[?7l\u001b[1A\r\u001b[2Kother\u001b[?7h\n\r\u001b[2C\u001b[?2026l",
    );
    expect(terminal.screen.rows).toEqual(["first", "other", ">"]);
  });

  test("is nothing at all when nothing changed", () => {
    const terminal = new Terminal();
    terminal.draw("status", "> a");
    expect(terminal.draw("status", "> a")).toBe("");
  });

  test("with fewer rows leaves none of the old ones", () => {
    const terminal = new Terminal();
    terminal.draw("one", "two", "three", "> a");
    terminal.draw("> a");
    expect(terminal.screen.rows.filter((row) => row !== "")).toEqual(["> a"]);
    terminal.frames.append("text\n");
    terminal.draw("status", "> a");
    expect(terminal.screen.rows.filter((row) => row !== "")).toEqual(["text", "status", "> a"]);
  });

  test("keeps a line that the terminal folds, so that copying gives it back", () => {
    const terminal = new Terminal();
    const code = "x".repeat(55);
    terminal.draw("growing", "status", "> a");
    terminal.frames.append(`${code}\nend\n`);
    terminal.draw("status", "> a");
    expect(terminal.screen.lines).toEqual([code, "end", "status", "> a"]);
  });

  test("with a row that is wider than we know cuts it, and moves no other", () => {
    const terminal = new Terminal();
    terminal.draw("x".repeat(25), "status", "> a");
    expect(terminal.screen.rows).toEqual(["x".repeat(20), "status", "> a"]);
  });

  test("the last one leaves the text and nothing that lived", () => {
    const terminal = new Terminal();
    terminal.draw("one", "status", "> a");
    terminal.frames.append("said\n");
    expect(terminal.leave()).toEndWith("\u001b[0m\u001b[?7h\u001b[?2004l\u001b[?25h");
    expect(terminal.screen.rows.filter((row) => row !== "")).toEqual(["said"]);
    expect(terminal.screen.cursor).toEqual({ row: 1, column: 0 });
  });

  test("after the window got narrower clears the rows into which the terminal folded ours", () => {
    const terminal = new Terminal();
    terminal.draw("x".repeat(18), "> a");
    const live = { lines: ["> a"], cursor: { row: 0, column: 3 } };
    const frame = terminal.frames.next(live, { columns: 10, rows: 24 });
    const clear = "\r\u001b[2K";
    expect(frame).toContain(`\u001b[2A${clear}\n${clear}\n${clear}\u001b[2A\r`);
  });
});

test("the last frame clears folded rows, too", () => {
  const terminal = new Terminal();
  terminal.draw("x".repeat(18), "> a");
  const clear = "\r\u001b[2K";
  expect(terminal.frames.leave({ columns: 10, rows: 24 })).toStartWith(
    `\u001b[2A${clear}\n${clear}\n${clear}\u001b[2A\r`,
  );
});

test("after that nothing scrolls, although more rows were folded than the window has", () => {
  const terminal = new Terminal();
  terminal.draw("x".repeat(18), "y".repeat(18), "> a");
  const live = { lines: ["> a"], cursor: { row: 0, column: 3 } };
  const frame = terminal.frames.next(live, { columns: 4, rows: 3 });
  expect(frame.match(/\n/g)).toHaveLength(2);
  expect(frame).toStartWith("\u001b[?2026h\u001b[2A\r");
});

const live = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "안"), maxLength: 9 }), {
  minLength: 1,
  maxLength: 6,
});
const steps = fc.array(fc.record({ said: fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), live }), {
  minLength: 1,
});

test("however frames follow, every finished line is there once, and below them only what lives", () => {
  fc.assert(
    fc.property(steps, (frames) => {
      const terminal = new Terminal();
      for (const { said, live: lines } of frames) {
        terminal.frames.append(said.map((line) => `${line}\n`).join(""));
        const bytes = terminal.draw(...lines);
        expect(bytes).not.toMatch(/\[[23]J|\?1049|\?47h/);
      }
      const said = frames.flatMap((frame) => frame.said);
      const last = frames.at(-1)?.live ?? [];
      const { lines } = terminal.screen;
      expect(lines.slice(0, said.length)).toEqual(said);
      expect(lines.slice(said.length, said.length + last.length)).toEqual(last);
      expect(lines.slice(said.length + last.length).join("")).toBe("");
    }),
  );
});
