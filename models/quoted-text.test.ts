import { expect, test } from "bun:test";
import { withQuotedText } from "./quoted-text.ts";

const mended = (code: string, line: string) =>
  withQuotedText({ id: "1", name: "python_run", arguments: { code } }, line).arguments;

test.each([
  // Qwen2.5-Coder-1.5B-Instruct on llama.cpp, in three of four runs.
  [
    "Decode this Base64 text: bGFudGVybg==",
    "base64.b64decode(b'GFudGVybg==').decode('utf-8')",
    "base64.b64decode(b'bGFudGVybg==').decode('utf-8')",
  ],
  ['What is the MD5 of "raven"?', "md5(r'aven')", "md5('raven')"],
  ["How many letters has the word umbrella?", 'len(u"mbrella")', 'len("umbrella")'],
  ['Spell "blackbird" backwards.', "b'lackbird'[::-1]", "b'blackbird'[::-1]"],
])("%s: %s", (line, code, whole) => {
  expect(mended(code, line)).toEqual({ code: whole });
});

test.each([
  ["Decode this Base64 text: GFudGVybg==", "b64decode(b'GFudGVybg==')"],
  ["Decode bGFudGVybg== and GFudGVybg==", "b64decode(b'GFudGVybg==')"],
  ['Spell "blackbird" backwards.', "b'blackbird'[::-1]"],
  ["What is the word back?", "x = {'b': 'ack'}"],
  ["Say browser.", "sub'rowser'"],
  ["What is in rain.txt?", "open(r'C:\\ain.txt')"],
])("any other text stays: %s %s", (line, code) => {
  expect(mended(code, line)).toEqual({ code });
});

test("calls of other tools and arguments of another form stay", () => {
  const line = "Decode bGFudGVybg==";
  for (const call of [
    { id: "1", name: "sh", arguments: { cmd: "echo b'GFudGVybg=='" } },
    { id: "1", name: "python_run", arguments: { code: 7 } },
    { id: "1", name: "python_run", arguments: null },
  ])
    expect(withQuotedText(call, line)).toBe(call);
});
