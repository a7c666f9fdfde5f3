import { expect, test } from "bun:test";
import fc from "fast-check";
import { readTable } from "./read-table.ts";

test("separated values are read with any separator, with quoted cells and line ends of any kind", () => {
  const rows = [
    { name: "Ada", note: 'says "hi", twice' },
    { name: "Bo", note: "two\nlines" },
  ];
  for (const [path, separator] of [
    ["a.csv", ","],
    ["a.csv", ";"],
    ["a.tsv", "\t"],
    ["a.csv", "|"],
  ] as const) {
    const text = `\uFEFFname${separator}note\r\nAda${separator}"says ""hi"", twice"\r\n\r\nBo${separator}"two\nlines"`;
    expect(readTable(path, text)).toEqual({ path, columns: ["name", "note"], rows });
  }
});

test("a row that is too short or too long is read as far as it goes", () => {
  expect(readTable("a.csv", "a,b\n1\n1,2,3\n")?.rows).toEqual([
    { a: "1", b: "" },
    { a: "1", b: "2" },
  ]);
});

test("lines of JSON are rows, and what is not JSON is none", () => {
  expect(readTable("a.jsonl", '{"a":1}\nbroken\n{"a":2,"b":{"c":[3]}}\n')).toEqual({
    path: "a.jsonl",
    columns: ["a", "b.c"],
    rows: [{ a: 1 }, { a: 2, "b.c": [3] }],
  });
});

test("the innermost objects of arrays are rows, with what stands around them", () => {
  const staff = {
    company: "Org",
    departments: [
      { name: "Sales", staff: [{ name: "Ada" }, { name: "Bo" }] },
      { name: "Labs", staff: [{ name: "Cy" }] },
    ],
  };
  expect(readTable("staff.json", JSON.stringify(staff))?.rows).toEqual([
    { company: "Org", "departments.name": "Sales", name: "Ada" },
    { company: "Org", "departments.name": "Sales", name: "Bo" },
    { company: "Org", "departments.name": "Labs", name: "Cy" },
  ]);
});

test("objects of one kind by their names are rows, and an object of values is one", () => {
  const stock = { lamp: { count: 1, shelf: "A" }, rope: { count: 0, shelf: "B" } };
  expect(readTable("stock.json", JSON.stringify(stock))?.rows).toEqual([
    { name: "lamp", count: 1, shelf: "A" },
    { name: "rope", count: 0, shelf: "B" },
  ]);
  expect(readTable("fares.json", '{"unit":"EUR","fares":{"adult":2,"child":1}}')?.rows).toEqual([
    { unit: "EUR", "fares.adult": 2, "fares.child": 1 },
  ]);
});

test("what YAML lists is rows as that of JSON", () => {
  const text =
    "owner: Ada\nhosts:\n  - name: web1\n    cores: 4\n  - name: db1\n    cores: 8 # new\n";
  for (const path of ["hosts.yaml", "hosts.yml"]) {
    expect(readTable(path, text)?.rows).toEqual([
      { owner: "Ada", name: "web1", cores: 4 },
      { owner: "Ada", name: "db1", cores: 8 },
    ]);
  }
  expect(
    readTable("lamps.yaml", "hall: {on: true, w: 40}\nattic: {on: false, w: 25}\n")?.rows,
  ).toEqual([
    { name: "hall", on: true, w: 40 },
    { name: "attic", on: false, w: 25 },
  ]);
  const services =
    "version: 3\nservices:\n  web: {image: w, ports: ['80:80']}\n  store: {image: s}\n";
  expect(readTable("compose.yaml", services)?.rows).toEqual([
    { version: 3, name: "web", image: "w", ports: ["80:80"] },
    { version: 3, name: "store", image: "s" },
  ]);
  expect(readTable("a.yaml", "a: [1\n")).toBeUndefined();
  expect(readTable("a.yaml", "- 1\n- 2\n")).toBeUndefined();
});

test("sections are rows", () => {
  const text = '; lamps\nlevel = 3\n[hall]\nlamp = off\n[[attic]]\nlamp: "on"\n';
  expect(readTable("lamps.ini", text)?.rows).toEqual([
    { section: "", level: "3" },
    { section: "hall", lamp: "off" },
    { section: "attic", lamp: "on" },
  ]);
});

test("what has no rows, no columns or too many columns is not a table", () => {
  expect(readTable("a.py", "a,b\n1,2\n")).toBeUndefined();
  expect(readTable("a.txt", "\n \n")).toBeUndefined();
  expect(readTable("a.csv", "alone\n1\n")).toBeUndefined();
  expect(readTable("a.csv", "a,b\n")).toBeUndefined();
  expect(readTable("a.json", "[1, 2]")).toBeUndefined();
  expect(readTable("a.json", "{broken")).toBeUndefined();
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, 1]));
  expect(readTable("a.json", JSON.stringify(many))).toBeUndefined();
});

test("whatever a file holds, it is read or is not a table", () => {
  const path = fc.constantFrom(
    "a.csv",
    "a.tsv",
    "a.json",
    "a.jsonl",
    "a.ini",
    "a.toml",
    "a.log",
    "a.md",
    "a.yaml",
  );
  const part = fc.constantFrom(
    ...["a", "1", '"', ",", ";", "\t", "[", "]", "=", "{", "}", ":", "\n", "\r\n", " "],
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 200 }).map((parts) => parts.join("")),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(path, text, (name, content) => {
      const table = readTable(name, content);
      for (const row of table?.rows ?? []) {
        for (const column of Object.keys(row)) expect(table?.columns).toContain(column);
      }
    }),
  );
});

test("lines of a text are records, with what several say in one form", () => {
  const log = readTable(
    "a.log",
    "2026-05-01 09:00 INFO job 3 user=mara pages=12\n\n2026-05-02 9:15 ERROR job 4 for 3.5 s\n10:00 user=noor for 12 s in June 4",
  );
  expect(log?.rows).toEqual([
    {
      ...{ line: 1, text: "2026-05-01 09:00 INFO job 3 user=mara pages=12", words: 7 },
      ...{ date: "2026-05-01", time: "09:00", level: "INFO", job: "3", user: "mara" },
    },
    {
      ...{ line: 3, text: "2026-05-02 9:15 ERROR job 4 for 3.5 s", words: 8 },
      ...{ date: "2026-05-02", time: "9:15", level: "ERROR", job: "4", s: "3.5" },
    },
    {
      ...{ line: 4, text: "10:00 user=noor for 12 s in June 4", words: 8 },
      ...{ time: "10:00", user: "noor", s: "12" },
    },
  ]);
  const markdown = readTable("a.md", "# A\n## B\n- [x] one\n- [ ] two\n");
  expect(markdown?.rows.map(({ heading_level, done }) => heading_level ?? done)).toEqual([
    ...[1, 2, "yes", "no"],
  ]);
  // In a text that is not Markdown a # says nothing.
  expect(readTable("a.txt", "# A\n## B\n")?.columns).toEqual(["line", "text", "words"]);
});

test("what a log says behind its times is a column, where few words come again", () => {
  const events = (text: string) => readTable("a.log", text)?.rows.map(({ event }) => event);
  expect(
    events(
      "2026-04-14 10:02:11 start 2\n2026-04-14 10:03:48 ok 2\n2026-04-21T09:30Z start 3\n11:00 ok\n",
    ),
  ).toEqual(["start", "ok", "start", "ok"]);
  expect(
    events(
      "Jun 22 09:00 INFO Jam in 2\n[23/Jun/2026 09:01] ERROR toner\n[Mon 9:02] jam\n[Mon, 9:03] jam\nend\n09:10 toner low\n",
    ),
  ).toEqual(["jam", "toner", "jam", "jam", undefined, "toner"]);
  // Sentences, names with values, and lines without a time.
  expect(events("09:00 one\n09:01 two\n09:02 three\n")).toEqual([undefined, undefined, undefined]);
  expect(events("09:00 a=1\n09:01 a=2\n09:02 b=3\n09:03 b=3\n")?.at(0)).toBeUndefined();
  expect(events("red car\nred hat\nblue car\nblue hat\n")?.at(0)).toBeUndefined();
});

test("days in words are dates", () => {
  expect(
    readTable("a.txt", "Jun 22 one\nOn 3 June two\nthree\n")?.rows.map(({ date }) => date),
  ).toEqual([...["06-22", "06-03", undefined]]);
});

test("several things that are measured in one unit are words of their lines, and no columns", () => {
  const log = readTable("a.log", "fed seal 14 kg\nfed lynx 6 kg\nfed seal 13 kg\nfed lynx 5 kg\n");
  expect(log?.columns).toEqual(["line", "text", "words", "kg"]);
  // A single one is the name of what is measured.
  const wind = readTable("b.log", "wind 38 km\nwind 40 km\n");
  expect(wind?.columns).toEqual(["line", "text", "words", "km", "wind"]);
});
