import { expect, test } from "bun:test";
import fc from "fast-check";
import { readTable } from "./read-table.ts";

function rowsOf(path: string, text: string) {
  return (readTable(path, text)?.rows ?? []).map(({ text: line, section, item, ...row }) => ({
    ...{ line, section, item, row },
  }));
}

function placesOf(path: string, text: string) {
  return rowsOf(path, text).map(({ line, section, item }) => [line, section, item]);
}

test("a line of Markdown has the heading above it, and an item of a list its number", () => {
  const text = [
    "# Boat",
    "Built in 1961.",
    "## To *repair*: ##",
    "- mast",
    "  - its lamp",
    "* [x] sail",
    "",
    "The oars are fine.",
    "### Motor",
    "1. fuel",
    "2) filter",
  ].join("\n");
  expect(placesOf("boat.md", text)).toEqual([
    ["# Boat", undefined, undefined],
    ["Built in 1961.", "Boat", undefined],
    ["## To *repair*: ##", "Boat", undefined],
    ["- mast", "To repair", 1],
    ["- its lamp", "To repair", undefined],
    ["* [x] sail", "To repair", 2],
    ["The oars are fine.", "To repair", undefined],
    ["### Motor", "To repair", undefined],
    ["1. fuel", "Motor", 1],
    ["2) filter", "Motor", 2],
  ]);
});

test("headings with a line under them count, and what stands in a fence does not", () => {
  const text =
    "---\ntitle: x\n---\nBoat\n====\n```sh\n# no heading\n- no item\n```\n- mast\n- oar\n";
  const rows = rowsOf("boat.md", text);
  expect(rows.filter(({ row }) => row["heading_level"] !== undefined)).toEqual([]);
  expect(rows.filter(({ item }) => item !== undefined)).toMatchObject([
    { line: "- mast", section: "Boat", item: 1 },
    { line: "- oar", section: "Boat", item: 2 },
  ]);
  const two = rowsOf("boat.md", "Boat\n===\none\nLamp\n---\ntwo\n");
  expect(two.map(({ section, row }) => row["heading_level"] ?? section)).toEqual([
    ...[1, "Boat", "Boat", 2, "Lamp", "Lamp"],
  ]);
});

test("in a text the line before a list is its heading", () => {
  const text = "To buy:\n- rope\n- nails\n\nCall Ann.\nTo sell\n\n1. mast\n2. oar\n";
  expect(placesOf("list.txt", text)).toEqual([
    ["To buy:", undefined, undefined],
    ["- rope", "To buy", 1],
    ["- nails", "To buy", 2],
    ["Call Ann.", undefined, undefined],
    ["To sell", undefined, undefined],
    ["1. mast", "To sell", 1],
    ["2. oar", "To sell", 2],
  ]);
});

test("a log has neither, and a dash in prose is no list", () => {
  expect(readTable("a.log", "- one\n- two\n")?.columns).toEqual(["line", "text", "words"]);
  expect(readTable("a.txt", "Rain - much of it\n-5 degrees\n")?.columns).not.toContain("item");
});

test("the cells of a table of Markdown are columns, by the names in its head", () => {
  const text =
    "# Crew\n\n| Name | Cabin no. |\n|:---|---:|\n| Ada | 7 |\n| **Bo** | 12 |\n\nEnd.\n";
  const rows = readTable("crew.md", text)?.rows ?? [];
  expect(rows.map((row) => [row["Name"], row["Cabin no."]])).toEqual([
    ...[
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
    ],
    ...[
      ["Ada", "7"],
      ["Bo", "12"],
      [undefined, undefined],
    ],
  ]);
});

test("whatever a text holds, each of its lines is one record", () => {
  const part = fc.constantFrom(
    ...["# a", "## b", "- c", "1. d", "```", "===", "---", "| a | b |", "|---|---|", "e:", "", " "],
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 30 }),
      fc.constantFrom("a.md", "a.txt"),
      (lines, path) => {
        const rows = readTable(path, lines.join("\n"))?.rows ?? [];
        expect(rows.map(({ text }) => String(text))).toEqual(
          lines.map((line) => line.trim()).filter((line) => line !== ""),
        );
      },
    ),
  );
});
