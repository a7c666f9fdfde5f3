import { expect, test } from "bun:test";
import fc from "fast-check";
import { readFences, writeFences } from "./fenced-texts.ts";
import { gbnfOf } from "./gbnf.ts";
import { ShapeReader } from "./shape-reader.ts";
import { actionLine, turnShape, writeAction } from "./turn-shape.ts";

const text = { type: "string" };
const EDIT = {
  name: "edit_file",
  description: "Replaces a passage.",
  parameters: {
    type: "object",
    properties: { path: text, search: text, replace: text },
    required: ["path", "search", "replace"],
  },
};
const WRITE = {
  name: "write_file",
  description: "Writes a file.",
  parameters: {
    type: "object",
    properties: { path: text, content: text },
    required: ["path", "content"],
  },
};
const TOOLS = [EDIT, WRITE];

/** The one call of a reply, in whatever pieces it comes. */
function callOf(pieces: Iterable<string>): object | undefined {
  const reader = new ShapeReader({ tools: TOOLS });
  const events = [...[...pieces].flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
  return events.flatMap((event) => (event.type === "call" ? [event.call] : []))[0];
}

// Qwen2.5-Coder-1.5B-Instruct; in JSON its text ended at the first quotation mark: `const words = text.trim().split(`.
const SAID = `{"action": "edit_file", "path": "title.js"}
search:
\`\`\`
  const words = text.trim().split(" ");
\`\`\`
replace:
\`\`\`
  if (text === "") {
    return "Untitled";
  }
  const words = text.trim().split(" ");
\`\`\``;

test("texts behind an action are its arguments, with quotation marks as they are", () => {
  expect(callOf([SAID])).toMatchObject({
    name: "edit_file",
    arguments: {
      path: "title.js",
      search: '  const words = text.trim().split(" ");',
      replace:
        '  if (text === "") {\n    return "Untitled";\n  }\n  const words = text.trim().split(" ");',
    },
  });
  expect(callOf([...SAID])).toEqual(callOf([SAID]));
});

test("a lone text needs no label, and keeps the end of its last line", () => {
  const said = '{"action": "write_file", "path": "a.py"}\n```python\nprint("a")\n\n```';
  expect(callOf([said])).toMatchObject({ arguments: { path: "a.py", content: 'print("a")\n\n' } });
});

test("an empty text is one", () => {
  const said = '{"action": "edit_file", "path": "a"}\nsearch:\n```\nb\n```\nreplace:\n```\n```';
  expect(callOf([said])).toMatchObject({ arguments: { search: "b", replace: "" } });
});

test("a fence with a language in a file belongs to the file", () => {
  const content = "# Use\n```sh\nrun\n```\nDone.\n";
  const said = `{"action": "write_file", "path": "README.md"}\n\`\`\`\n${content}\`\`\``;
  expect(callOf([said])).toMatchObject({ arguments: { content } });
});

test("a whole reply in the place of a file is that reply", () => {
  const answer = '{\n  "action": "answer",\n  "text": "It is done."\n}';
  const reader = new ShapeReader({ tools: TOOLS });
  const said = `{"action": "write_file", "path": "a.js"}\n\`\`\`json\n${answer}\n\`\`\``;
  expect([...reader.push(said), ...reader.end()]).toEqual([{ type: "text", text: "It is done." }]);
  const inner = said.replace('"answer"', '"write_file"').replace('"text"', '"path"');
  expect(callOf([inner])).toMatchObject({ name: "write_file", arguments: { path: "It is done." } });
  const data = said.replace('"answer"', '"start"');
  expect(callOf([data])).toMatchObject({ arguments: { path: "a.js" } });
});

test("what was cut off before the end of a text is a truncated call", () => {
  const call = callOf([SAID.slice(0, -10)]);
  expect(call).toMatchObject({
    name: "edit_file",
    truncated: true,
    arguments: { path: "title.js" },
  });
});

test("an object without texts behind it is read as before", () => {
  const args = { path: "a", search: "b\n```\nc\n```", replace: "" };
  expect(callOf([writeAction("edit_file", args)])).toMatchObject({ arguments: args });
  expect(readFences('{"action": "answer", "text": "a"}\nSo it is.')).toBeUndefined();
});

test("a call is written as it is read, whatever its texts hold", () => {
  const line = fc.string({ unit: fc.constantFrom("a", '"', "\\", "`", "'", " ", "{", "}", ":") });
  const lines = fc
    .array(
      line.filter((one) => !one.startsWith("```")),
      { maxLength: 6 },
    )
    .map((all) => all.join("\n"))
    .filter((all) => !all.endsWith("\n"));
  fc.assert(
    fc.property(lines, lines, (search, replace) => {
      const args = { path: "a.ts", search, replace };
      expect(callOf([writeAction("edit_file", args, true)])).toMatchObject({ arguments: args });
    }),
  );
  expect(writeFences({ content: "a\n" })).toBe("\n```\na\n```");
});

test("a reply that is held by a grammar has its texts behind the object, any other one in it", () => {
  const raw = gbnfOf(turnShape(TOOLS, { isRaw: true }).schema);
  expect(raw).toContain(String.raw`"\nsearch:\n"`);
  expect(raw).not.toContain(String.raw`"\"search\""`);
  const plain = gbnfOf(turnShape(TOOLS).schema);
  expect(plain).toContain(String.raw`"\"search\""`);
  expect(plain).not.toContain("search:");
  expect(actionLine(WRITE, true)).toBe(
    '{"action": "write_file", "path": "…"} and content in fences: Writes a file.',
  );
});

test("a text that has limits of its own stays in the object", () => {
  const kinds = { type: "string", enum: ["a", "b"] };
  const parameters = { type: "object", properties: { content: kinds }, required: ["content"] };
  const tool = { name: "set", description: "Sets.", parameters };
  expect(gbnfOf(turnShape([tool], { isRaw: true }).schema)).toContain(String.raw`"\"content\""`);
});
