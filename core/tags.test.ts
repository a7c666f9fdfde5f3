import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { criticRequest, readTags } from "./tags.ts";

describe("mentions", () => {
  test.each([
    ["@@python @@agent who is first?", ["python", "agent"]],
    ["ask @@user, then @@user again", ["user"]],
    ["(@@tool-smith)", ["tool-smith"]],
    ["mail a@@b or @@@c or @@ d", []],
    ["`@@python` is how one calls python", []],
    ["```\n@@python\n```\n@@agent", ["agent"]],
    ["~~~\n```\n@@python\n~~~\n@@agent", ["agent"]],
    ["never closed\n```\n@@python", []],
  ])("%j mentions %j", (text, mentions) => {
    expect(readTags(text).mentions).toEqual(mentions);
  });
});

describe("paths", () => {
  test.each([
    ["look at @notes/plan.md, please", ["notes/plan.md"]],
    ["@a.txt and @b.txt.", ["a.txt", "b.txt"]],
    ["@../up (@/etc/passwd) @~/x", ["../up", "/etc/passwd", "~/x"]],
    ['@"two words.txt" and @"two words.txt"', ["two words.txt"]],
    ["@agent, @types/node", ["agent", "types/node"]],
    ["@@agent me@example.org @@group a@@b", []],
    ["`@a.txt`\n```\n@b.txt\n```", []],
    ["@", []],
  ])("%j names %j", (text, paths) => {
    expect(readTags(text).paths).toEqual(paths);
  });
});

describe("files", () => {
  test("content runs to the next tag or the end, without blank lines around it", () => {
    const text = "Here:\n##file:a.txt\n\none\n\ntwo\n\n##file: b/c.txt \nthree\n@@user done";
    expect(readTags(text)).toEqual({
      mentions: ["user"],
      files: [
        { path: "a.txt", content: "one\n\ntwo\n" },
        { path: "b/c.txt", content: "three\n" },
      ],
      paths: [],
    });
  });

  test("a fence around the content is taken off, and the text behind it is not content", () => {
    const text = '##file:hi.py\n```python\nprint("@@agent")\n\n##file:no\n```\nRun it, @@python.';
    expect(readTags(text)).toEqual({
      mentions: ["python"],
      files: [{ path: "hi.py", content: 'print("@@agent")\n\n##file:no\n' }],
      paths: [],
    });
  });

  test("a fence that never closes keeps everything behind it", () => {
    expect(readTags("##file:x\n```\na\nb").files).toEqual([{ path: "x", content: "a\nb\n" }]);
  });

  test("a shown tag is a quotation", () => {
    expect(readTags("Write this:\n```\n##file:x\na\n```").files).toEqual([]);
  });

  test("an empty file is possible, a file without a path is not", () => {
    expect(readTags("##file:empty").files).toEqual([{ path: "empty", content: "" }]);
    expect(readTags("##file:\ntext").files).toEqual([]);
  });
});

test("never throws, and every mention stands in the text", () => {
  const pieces = fc.constantFrom("@@", "a", " ", "\n", "`", "```", "##file:", "x", "~~~", "\t");
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const text = parts.join("");
      for (const name of readTags(text).mentions) expect(text).toContain(`@@${name}`);
    }),
  );
});

test.each([
  ["@@critic", ""],
  ["  @@Critic  is  it\nright? ", "is  it\nright?"],
  ["@@critics hello", undefined],
  ["ask @@critic", undefined],
  ["critic", undefined],
])("%j asks who reviews changes for %p", (line, about) => {
  expect(criticRequest(line)).toBe(about);
});
