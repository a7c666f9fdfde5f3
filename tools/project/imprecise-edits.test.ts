/** Edits as models write them wrongly in small ways: which apply, and that no other one changes a file. */
import { expect, test } from "bun:test";
import { z } from "zod";
import edits from "../../test/fixtures/imprecise-edits.json";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const TABLE = z.object({
  files: z.record(z.string(), z.string()),
  edits: z.array(
    z.object({
      what: z.string(),
      file: z.string(),
      search: z.string(),
      replace: z.string(),
      /** What the file should hold then; null where a person could not tell either. */
      want: z.string().nullable(),
      /** "literal": `search` stands in the file, and is replaced to the letter. */
      outcome: z.enum(["applied", "literal", "refused"]),
    }),
  ),
});
const table = TABLE.parse(edits);

test.each(table.edits)("an edit where $what is $outcome", async (edit) => {
  using copy = projectCopy(table.files);
  const before = copy.text(edit.file);
  const { file: path, search, replace, want, outcome } = edit;
  const { ok, output } = await copy.call("edit_file", { path, search, replace });
  expect({ ok, output }).toMatchObject({ ok: outcome !== "refused" });
  const literal = before.split(search).join(replace);
  const wanted = { applied: want, literal, refused: before }[outcome];
  expect(copy.text(path)).toBe(wanted ?? "");
});

test("a replacement that ended at a quotation mark is refused; one that ends as its passage does is not", async () => {
  using copy = projectCopy({ "a.ts": "say(one);\nsay(\n  two,\n);\n" });
  const cut = { path: "a.ts", search: "say(one);", replace: "greet(" };
  const { ok, output } = await copy.call("edit_file", cut);
  expect({ ok, output }).toEqual({
    ok: false,
    output:
      "replace ends in the middle, behind greet( – a quotation mark in a JSON text is written \\\", or as ' where the language has it. Nothing changed.",
  });
  const whole = { path: "a.ts", search: "say(\n", replace: "greet(\n" };
  expect(await copy.call("edit_file", whole)).toMatchObject({ ok: true });
  const open = { path: "a.ts", search: "greet(", replace: "tell(" };
  expect(await copy.call("edit_file", open)).toMatchObject({ ok: true });
  expect(copy.text("a.ts")).toBe("say(one);\ntell(\n  two,\n);\n");
});

test("a replacement that ends before the rest of its line was not cut; one that ends before its end was", async () => {
  using copy = projectCopy({ "a.ts": "call(name, age);\n", "a.md": "See here.\n" });
  const edit = async (path: string, search: string, replace: string) =>
    await copy.call("edit_file", { path, search, replace });
  expect(await edit("a.ts", "name, ", "first, last, ")).toMatchObject({ ok: true });
  expect(await edit("a.ts", "first", "title, first")).toMatchObject({ ok: true });
  expect(await edit("a.ts", "age", "age, ")).toMatchObject({ ok: false });
  expect(copy.text("a.ts")).toBe("call(title, first, last, age);\n");
  expect(await edit("a.md", "See here.", "See: ")).toMatchObject({ ok: true });
});

test("a search that ended at a quotation mark takes the rest of its line along where the replacement has it", async () => {
  using copy = projectCopy({ "a.ts": 'import { a } from "./a.ts";\nsay("a");\n' });
  const args = {
    path: "a.ts",
    search: "import { a } from ",
    replace: "import { b } from './b.ts';",
  };
  expect(await copy.call("edit_file", args)).toMatchObject({ ok: true });
  expect(copy.text("a.ts")).toBe("import { b } from './b.ts';\nsay(\"a\");\n");
  const part = { path: "a.ts", search: "say(", replace: "tell(" };
  expect(await copy.call("edit_file", part)).toMatchObject({ ok: true });
  expect(copy.text("a.ts")).toBe("import { b } from './b.ts';\ntell(\"a\");\n");
});
