import { expect, test } from "bun:test";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const MANIFEST =
  '{\n  "name": "a {b}",\n  "scripts": {\n    "test": "node --test \\"x}\\""\n  },\n  "private": true\n}\n';
// What a 1.5B model wrote for the line that opens the object: all of it.
const WHOLE = '  "scripts": {\n    "build": "make",\n    "test": "node --test"\n  },';

async function edited(search: string, replace: string, text = MANIFEST) {
  return await editedAt("a.json", { search, replace, text });
}

async function editedAt(
  path: string,
  {
    search,
    replace,
    text,
  }: { readonly search: string; readonly replace: string; readonly text: string },
) {
  using copy = projectCopy({ [path]: text });
  const { ok, output } = await copy.call("edit_file", { path, search, replace });
  expect({ ok, output }).toMatchObject({ ok: true });
  return { text: copy.text(path), output };
}

test.each([
  ["with its comma", WHOLE],
  ["without its comma", WHOLE.slice(0, -1)],
])("an object that is written for its first line replaces it: %s", async (_what, replace) => {
  const { text, output } = await edited('  "scripts": {', replace);
  expect(text).toBe(`{\n  "name": "a {b}",\n${WHOLE}\n  "private": true\n}\n`);
  expect(output).not.toContain("no valid JSON");
});

test("the last member has no comma, whatever was written", async () => {
  const last = '{\n  "a": 1,\n  "b": {\n    "c": 1\n  }\n}\n';
  const { text } = await edited('  "b": {', '  "b": {\n    "c": 2\n  },', last);
  expect(text).toBe('{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n');
});

test("an edit that leaves JSON is made to the letter", async () => {
  const { text } = await edited('  "scripts": {', '  "scripts": {\n    "build": "make",');
  expect(JSON.parse(text)).toMatchObject({ scripts: { build: "make" }, private: true });
});

test("an edit that leaves none is made, and said", async () => {
  const { text, output } = await edited('"private": true', '"private": yes');
  expect(text).toContain('"private": yes');
  expect(output).toEndWith("\n[a.json is not valid JSON now: mend it]");
  const withComment = { search: "1", replace: "2", text: '{\n  // one\n  "a": 1\n}\n' };
  const comments = await editedAt("tsconfig.json", withComment);
  expect(comments.output).not.toContain("no valid JSON");
  const other = { search: "true", replace: "yes", text: MANIFEST };
  expect((await editedAt("a.jsonc", other)).output).not.toContain("no valid JSON");
});

test("an object is not taken for one of another name, nor for what does not end", async () => {
  const another = await edited('  "scripts": {', '  "tasks": {\n  },');
  expect(another.text).toContain('"test": "node');
  const open = await edited('  "scripts": {', '  "scripts": {\n    "build": [');
  expect(open.text).toContain('"test": "node');
});
