import { expect, test } from "bun:test";
import { ANSI } from "#room/style.ts";
import { ScreenEmulator } from "#test/screen-emulator.ts";
import { COLUMNS, pictureOf, steady } from "./excerpt.ts";
import { svgOf, wordsOf } from "./svg.ts";

function drawn(text: string): string {
  const screen = new ScreenEmulator(20);
  screen.write(text);
  return svgOf({ title: "A & B", description: "Some <rows>.", columns: 20, rows: screen.spans });
}

test("says what it is, and holds its words as text", () => {
  const svg = drawn("a < b\r\n\r\nhello");
  expect(svg).toContain('role="img" aria-labelledby="title description"');
  expect(svg).toContain('<title id="title">A &amp; B</title>');
  expect(svg).toContain('<desc id="description">Some &lt;rows&gt;.</desc>');
  expect(wordsOf(svg)).toEqual(["a < b", "hello"]);
});

test("places each piece in its column, as wide as its cells, in its look", () => {
  const svg = drawn(`${ANSI("name", "日本")} ${ANSI("good", "✔")} ${ANSI("quiet", "ok")}`);
  expect(svg).toContain('<tspan x="16" textLength="32" font-weight="bold">日本</tspan>');
  expect(svg).toContain('<tspan x="56" textLength="8" fill="#3fb950">✔</tspan>');
  expect(svg).toContain('<tspan x="72" textLength="16" fill="#8b949e">ok</tspan>');
});

test("what is drawn anew looks as it was drawn last", () => {
  const svg = drawn(`${ANSI("bad", "wrong")}\r\u001b[2Kright`);
  expect(svg).toContain('<tspan x="16" textLength="40">right</tspan>');
  expect(svg).not.toContain("wrong");
});

test("of a demo two parts are shown, with a gap between them", () => {
  const screen = new ScreenEmulator(COLUMNS);
  const rows = ["● agent", "● user → toolsmith", "a tool", "", "▸ What it made", "x"];
  const more = ["▸ The human approves", "/promote", "▸ The tool is gone"];
  screen.write([...rows, ...more].join("\r\n"));
  const svg = pictureOf(screen.spans);
  expect(wordsOf(svg)).toEqual([
    "● user → toolsmith",
    "a tool",
    "▸ The human approves",
    "/promote",
  ]);
  expect(svg).toContain('<text y="98"><tspan x="16" textLength="160">▸ The human approves');
});

test("a demo that does not show what the picture is of gives none", () => {
  expect(() => pictureOf(new ScreenEmulator(20).spans)).toThrow("shows no part from");
});

test.each([
  ["✔ forge 14.0 s ·  1,953 characters", "✔ forge N s · N characters"],
  ["✔ forge 1 min 4 s · 13 characters", "✔ forge N s · N characters"],
  ["from 41e9d232c96d, tag x/20261122T080629Z-2a462c6f", "from ID, tag x/TIME-ID"],
  ["run forge_11cdc5a8a4e8444", "run RUN"],
])("%s is the same row in every run", (row, same) => {
  expect(steady(row)).toBe(same);
});
