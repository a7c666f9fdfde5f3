import { expect, test } from "bun:test";
import { fieldsOf } from "#core/json.ts";
import { type FileReading, withReadings } from "./file-reading.ts";

const ROWS: FileReading = { code: "rows = [1, 2]", names: ["rows"] };
const TEXT: FileReading = { code: "text = 'a'\nlines = ['a']", names: ["text", "lines"] };

function programOf(code: string, readings: readonly FileReading[] = [ROWS, TEXT]): unknown {
  const call = { id: "1", name: "python_run", arguments: { code, timeout_s: 3 } };
  const { arguments: given } = withReadings(call, readings);
  expect(fieldsOf(given)["timeout_s"]).toBe(3);
  return fieldsOf(given)["code"];
}

test("a program that uses what was read has the lines that read it", () => {
  expect(programOf("print(len(rows))")).toBe("rows = [1, 2]\nprint(len(rows))");
  expect(programOf("for row in rows:\n    print(row)")).toStartWith("rows = [1, 2]\nfor");
  expect(programOf("print(lines[0], rows == 3)")).toBe(
    "rows = [1, 2]\ntext = 'a'\nlines = ['a']\nprint(lines[0], rows == 3)",
  );
  expect(programOf("print(sorted(rows, key=len))")).toStartWith("rows = ");
  expect(programOf("rows = [row for row in rows if row]\nprint(rows)")).toStartWith("rows = [1");
  expect(programOf("rows.sort()\nrows = 3")).toStartWith("rows = [1");
});

test.each([
  "rows = list(range(3))\nprint(rows)",
  "with open('a.csv') as file:\n    rows = list(file)\nprint(rows)",
  "rows: list[int] = []\nprint(rows)",
  "first, rows = 1, [2]\nprint(rows)",
  "for rows in [[1], [2]]:\n    print(rows)",
  "from tables import rows\nprint(rows)",
  "with open('a') as rows:\n    print(rows.read())",
  "print(table.rows, row['rows'], rowsum)",
  "print(3)",
])("a program that reads by itself, or needs nothing of it, stays as it is: %j", (code) => {
  expect(programOf(code)).toBe(code);
});

test("a program that was given the lines is not given them again", () => {
  const call = { id: "1", name: "python_run", arguments: { code: "print(rows)" } };
  const once = withReadings(call, [ROWS]);
  expect(withReadings(once, [ROWS])).toBe(once);
});

test("only programs of Python are changed", () => {
  const shell = { id: "1", name: "sh", arguments: { cmd: "echo rows", code: "rows" } };
  expect(withReadings(shell, [ROWS])).toBe(shell);
  const broken = { id: "1", name: "python_run", arguments: { code: 3 } };
  expect(withReadings(broken, [ROWS])).toBe(broken);
  expect(programOf("print(rows)", [])).toBe("print(rows)");
});
