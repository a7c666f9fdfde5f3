import { expect, test } from "bun:test";
import { pythonRunTool } from "../python-run.ts";
import { readTable } from "./read-table.ts";
import { withRequestedSection } from "./requested-section.ts";
import { sqlTables } from "./sql-table.ts";
import { tableQuery } from "./table-query.ts";

const NOTES = [
  "# Boat",
  "## To buy",
  "- rope",
  "- paint",
  "The shop closes at 5.",
  "## Rules",
  "1. no fire",
  "2. no rope on deck",
  "3. no running",
  "",
].join("\n");

function boat() {
  const table = readTable("boat.md", NOTES);
  if (table === undefined) throw new Error("it is a table");
  return sqlTables([table]);
}

const of = (condition: string, what = "text") => `SELECT ${what} FROM boat WHERE ${condition}`;

test.each([
  // Qwen2.5-Coder-1.5B-Instruct on llama.cpp, which answered with the heading.
  [of("text = '## To buy'"), of("section = 'To buy'")],
  [of("text LIKE '%to buy%'"), of("section = 'To buy'")],
  [of("boat.text = 'Rules'", "*"), of("boat.section = 'Rules'", "*")],
  [of("text LIKE '## Rules%'", "COUNT(*)"), of("section = 'Rules'", "COUNT(item)")],
  [of("section = 'To buy'", "COUNT(*)"), of("section = 'To buy'", "COUNT(item)")],
  [of("section = 'To buy'", "count( text )"), of("section = 'To buy'", "COUNT(item)")],
])("%s asks what stands below the heading: %s", (sql, asked) => {
  expect(withRequestedSection(sql, boat(), "How many things is it?")).toBe(asked);
});

test.each([
  [of("text = '## To buy'", "line"), "On which line is the heading To buy?"],
  [of("text LIKE '%buy%' AND heading_level = 2"), "What is the heading?"],
  [of("text LIKE '%rope%'"), "Where is rope?"],
  [of("section = 'To buy'", "COUNT(*)"), "How many lines are below To buy?"],
  ["SELECT COUNT(*) FROM boat", "How many things?"],
  ["SELECT COUNT(*) FROM boat WHERE heading_level = 2", "How many headings?"],
])("%s stays as it is for %s", (sql, line) => {
  expect(withRequestedSection(sql, boat(), line)).toBe(sql);
});

test("a table that is not text stays as it is", () => {
  const rows = "section,item,text\nTo buy,1,To buy\n";
  const table = readTable("a.csv", rows);
  const tables = sqlTables(table === undefined ? [] : [table]);
  const sql = "SELECT COUNT(*) FROM a WHERE section = 'To buy' AND text = 'To buy'";
  expect(withRequestedSection(sql, tables, "How many?")).toBe(sql);
});

async function ask(sql: string, line: string) {
  const tool = tableQuery(boat(), { line, python: pythonRunTool() });
  return await tool.run({ sql }, { signal: new AbortController().signal, persona: "agent" });
}

test("the items of a list are counted, and the sentences where there is no list", async () => {
  const buy = await ask("SELECT COUNT(*) FROM boat", "How many things to buy are in boat.md?");
  expect(buy.output).toStartWith("COUNT(item): 2\n");
  const title = "SELECT COUNT(*) FROM boat WHERE section = 'Boat'";
  expect((await ask(title, "How many parts has Boat?")).output).toBe("COUNT(*): 2");
});
