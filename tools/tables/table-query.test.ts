import { expect, test } from "bun:test";
import { readTable } from "./read-table.ts";
import { tableQuery } from "./table-query.ts";

const SHEEP = [
  "name,breed,kg,shorn,born",
  "Dolly,Cheviot,61,yes,2021-04-02",
  "Mabel,Romney,70.5,no,2019-03-11",
  "Pip,Cheviot,44,yes,2024-05-20",
  "Ulf,Romney,70.5,no,2022-04-30",
  "Yan,Swaledale,52,yes,",
].join("\n");

const WHOLE = { file: "sheep.csv", where: [], for_each: "all records" } as const;

function sheep(line = "") {
  const table = readTable("sheep.csv", SHEEP);
  if (table === undefined) throw new Error("it is a table");
  const tool = tableQuery([table], line);
  const context = { signal: new AbortController().signal, persona: "agent" };
  return async (args: object) => {
    const { ok, output } = await tool.run({ ...WHOLE, ...args }, context);
    return ok ? output : `FAILED ${output}`;
  };
}

const breed = (value: string) => ({ column: "breed", is: "equal to", value });

test.each([
  ["count", "name", "count: 5"],
  ["count different", "breed", "different values of breed: 3"],
  ["sum", "kg", "sum of kg: 298"],
  ["mean", "kg", "mean of kg: 59.6"],
  [
    "lowest",
    "kg",
    'lowest kg: 44, in {"name":"Pip","breed":"Cheviot","kg":"44","shorn":"yes","born":"2024-05-20"}',
  ],
])("%s of %s", async (aim, column, answer) => {
  expect(await sheep()({ do: aim, column })).toBe(answer);
});

test("the highest names every record that has it, and dates are in order", async () => {
  const highest = await sheep()({ do: "highest", column: "kg" });
  expect(highest).toStartWith('highest kg: 70.5, in {"name":"Mabel"');
  expect(highest).toContain('"name":"Ulf"');
  expect(await sheep()({ do: "highest", column: "born" })).toStartWith("highest born: 2024-05-20");
});

test("sorted records are numbered, without those that have no value", async () => {
  const lines = (await sheep()({ do: "sorted", column: "born" })).split("\n");
  expect(lines.map((line) => line.slice(0, 16))).toEqual([
    '1. {"name":"Mabe',
    '2. {"name":"Doll',
    '3. {"name":"Ulf"',
    '4. {"name":"Pip"',
  ]);
});

test.each([
  [[breed("cheviot")], "2 of 5 records match. count: 2"],
  [
    [breed("Cheviot"), { column: "kg", is: "more than", value: "50" }],
    "1 of 5 records match. count: 1",
  ],
  [[{ column: "kg", is: "equal to", value: "70.50" }], "2 of 5 records match. count: 2"],
  [[{ column: "kg", is: "less than", value: "52" }], "1 of 5 records match. count: 1"],
  [[{ column: "born", is: "less than", value: "2022" }], "2 of 5 records match. count: 2"],
  [[{ column: "born", is: "equal to", value: "" }], "1 of 5 records match. count: 1"],
  [[{ column: "name", is: "containing", value: "P" }], "1 of 5 records match. count: 1"],
  [[{ column: "breed", is: "not equal to", value: "Romney" }], "3 of 5 records match. count: 3"],
])("records where %j", async (where, answer) => {
  expect(await sheep()({ where, do: "count", column: "name" })).toStartWith(`${answer}, {"name":`);
});

test("for each value of a column, the largest answer first", async () => {
  const of = (aim: string, column: string) =>
    sheep()({ do: aim, column, for_each: "breed" }).then((text) => text.split("\n"));
  expect(await of("sum", "kg")).toEqual([
    "sum of kg for each breed, the largest first:",
    "Romney: 141",
    "Cheviot: 105",
    "Swaledale: 52",
  ]);
  expect((await of("count", "name")).slice(1)).toEqual(["Cheviot: 2", "Romney: 2", "Swaledale: 1"]);
  expect((await of("lowest", "kg"))[1]).toStartWith("Romney: 70.5, in {");
  expect((await of("list", "name")).slice(1)).toEqual([
    "Cheviot: Dolly, Pip",
    "Romney: Mabel, Ulf",
    "Swaledale: Yan",
  ]);
});

test("values of an array count each, and records once", async () => {
  const table = readTable(
    "a.json",
    '[{"who":"Ada","does":["dig","sow"]},{"who":"Bo","does":["dig"]}]',
  );
  if (table === undefined) throw new Error("it is a table");
  const tool = tableQuery([table], "");
  const ask = async (args: object) =>
    (
      await tool.run(
        { ...WHOLE, file: "a.json", ...args },
        { signal: AbortSignal.timeout(1000), persona: "a" },
      )
    ).output;
  const sows = [{ column: "does", is: "equal to", value: "sow" }];
  expect(await ask({ where: sows, do: "list", column: "who" })).toBe(
    '1 of 2 records match. {"who":"Ada","does":["dig","sow"]}',
  );
  expect(await ask({ do: "count different", column: "does" })).toBe("different values of does: 2");
});

test("a condition that nothing meets is read as the only one that it can mean", async () => {
  const counted = (column: string, value: string) =>
    sheep()({ where: [{ column, is: "equal to", value }], do: "count", column: "name" });
  expect(await counted("breed", "cheviots")).toStartWith(
    'where breed is "Cheviot": 2 of 5 records match. count: 2, {"name":"Dolly"',
  );
  expect(await counted("name", "Romney")).toStartWith(
    'where breed is "Romney": 2 of 5 records match. count: 2, {"name":"Mabel"',
  );
});

test("where nothing matches it is said why, with what there is", async () => {
  const none = (column: string, value: string) =>
    sheep()({ where: [{ column, is: "equal to", value }], do: "count", column: "name" });
  expect(await none("breed", "Merino")).toBe(
    'FAILED no record has breed equal to "Merino"; breed is one of "Cheviot", "Romney", "Swaledale"',
  );
  expect(await none("kg", "max")).toBe(
    'FAILED no record has kg equal to "max"; kg goes from 44 to 70.5',
  );
  expect(
    await sheep()({ where: [breed("Cheviot"), breed("Romney")], do: "count", column: "name" }),
  ).toBe("FAILED no record meets all conditions of where together");
});

test("what cannot be computed, is no column or no file is refused with what there is", async () => {
  expect(await sheep()({ do: "sum", column: "name" })).toBe(
    "FAILED name holds no numbers; columns with numbers: kg",
  );
  expect(await sheep()({ do: "sum", column: "weight" })).toStartWith(
    'FAILED sheep.csv has no column "weight"; its columns: name, breed',
  );
  expect(await sheep()({ file: "cows.csv", do: "sum", column: "kg" })).toStartWith(
    "FAILED table_query did not run, its arguments do not fit. A call that fits: {",
  );
  expect(await sheep()({ do: "guess", column: "kg" })).toContain("A call that fits:");
});

test("a value that the line names and a query leaves out is answered as well", async () => {
  const ask = sheep("What do the Cheviots weigh together?");
  const sum = { do: "sum", column: "kg" };
  expect(await ask(sum)).toBe(
    'where breed is "Cheviot": 2 of 5 records match. sum of kg: 105\nof all 5 records:\nsum of kg: 298',
  );
  expect(await ask({ ...sum, where: [breed("Cheviot")] })).toBe(
    "2 of 5 records match. sum of kg: 105",
  );
  expect(await ask({ ...sum, for_each: "breed" })).toContain("\nRomney: 141\n");
});

test("who asks for different ones and counts records is told of both", async () => {
  const ask = sheep("How many different breeds are there?");
  expect(await ask({ do: "count", column: "name" })).toBe("different values of breed: 3\ncount: 5");
  expect(await ask({ do: "count different", column: "breed" })).toBe(
    "different values of breed: 3",
  );
  expect(await sheep("How many breeds?")({ do: "count", column: "breed" })).toBe("count: 5");
});

test("everyday words and small numbers of the line are no values", async () => {
  const ask = sheep("How many of them are there, no more than 52, and is one shorn?");
  expect(await ask({ do: "count", column: "name" })).toBe("count: 5");
});

test("of many in order both ends are shown", async () => {
  const table = readTable(
    "a.json",
    JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, odd: id % 2 }))),
  );
  if (table === undefined) throw new Error("it is a table");
  const { output } = await tableQuery([table], "").run(
    { ...WHOLE, file: "a.json", do: "sorted", column: "id" },
    { signal: AbortSignal.timeout(1000), persona: "agent" },
  );
  const lines = output.split("\n");
  expect([lines[0], lines[6], lines.at(-1)]).toEqual([
    '1. {"id":0,"odd":0}',
    "… 28 more …",
    '40. {"id":39,"odd":1}',
  ]);
});

test("many records and long ones are cut, and it is said", async () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({ id: index, text: "x".repeat(400) }));
  const table = readTable("a.json", JSON.stringify(rows));
  if (table === undefined) throw new Error("it is a table");
  const { output } = await tableQuery([table], "").run(
    { ...WHOLE, file: "a.json", do: "list", column: "id" },
    { signal: AbortSignal.timeout(1000), persona: "agent" },
  );
  expect(output).toEndWith("\nand 28 more");
  expect(output.length).toBeLessThan(4000);
});
