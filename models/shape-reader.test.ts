import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ExtractEvent } from "./extract/extractor.ts";
import { ShapeReader } from "./shape-reader.ts";
import { writeAction, writeAnswer } from "./turn-shape.ts";

const SH = {
  name: "sh",
  description: "Runs a command.",
  parameters: { type: "object", properties: { cmd: { type: "string" } }, required: ["cmd"] },
};

const ENGINE = {
  name: "engine",
  description: "Starts and stops.",
  parameters: { type: "object", properties: { action: { type: "string" } } },
};

const PUT = {
  name: "put",
  description: "Writes a file.",
  parameters: {
    type: "object",
    properties: { path: { type: "string" }, content: { type: "string" } },
    required: ["path", "content"],
  },
};

function read(pieces: readonly string[]): {
  readonly text: string;
  readonly calls: readonly Extract<ExtractEvent, { type: "call" }>["call"][];
} {
  const reader = new ShapeReader({ tools: [SH, ENGINE, PUT] });
  const events = [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
  const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
  return { text, calls: events.flatMap((event) => (event.type === "call" ? [event.call] : [])) };
}

describe("an answer", () => {
  test("shows its text while it streams, and none of its markup", () => {
    const reader = new ShapeReader({ tools: [SH] });
    const shown = ['{"action": "answer", "text": "It ', "is 3", '91.", "x": 1}'].map((piece) =>
      reader.push(piece).flatMap((event) => (event.type === "text" ? [event.text] : [])),
    );
    expect(shown).toEqual([["It "], ["is 3"], ["91."]]);
    expect(reader.end()).toEqual([]);
  });

  test("that was cut off keeps what came", () => {
    expect(read(['{"action":"answer","text":"Half an ans'])).toEqual({
      text: "Half an ans",
      calls: [],
    });
  });

  test.each([
    ...["{", '{"action', '{"action":"answ', '{ "action": "answer"', '{"action":"answer","te'],
    ...[
      '{"action": "answer", "text":',
      '{"action":"sh',
      '```json\n{"action',
      "```",
      '{"action":"answer"}',
    ],
  ])("that was cut off before its text shows no markup: %s", (beginning) => {
    const reader = new ShapeReader({ tools: [SH] });
    const events = [...beginning].flatMap((character) => [...reader.push(character)]);
    expect([...events, ...reader.end()]).toEqual([]);
    expect(reader.hasShape).toBeUndefined();
  });

  test.each([
    '{"acting": 1}',
    "{ is a bracket",
    '{"action":"answer","note":"x"}',
    "``` is a fence",
  ])("is shown as it is where it begins otherwise: %s", (text) => {
    expect(read([...text]).text).toBe(text);
  });

  test("in a fence is read, too: a server that holds to no shape lets models write one", () => {
    expect(read(['```json\n{"action": "answer", "text": "Yes."}\n```']).text).toBe("Yes.");
  });

  test("that quotes a call runs nothing", () => {
    const quoted = 'Write ```json\n{"name": "sh", "arguments": {"cmd": "ls"}}\n```';
    expect(read([writeAnswer(quoted)])).toEqual({ text: quoted, calls: [] });
  });
});

describe("an action", () => {
  test("becomes a call with its arguments", () => {
    const { text, calls } = read([writeAction("sh", { cmd: "ls -l" })]);
    expect(text).toBe("");
    expect(calls).toMatchObject([{ name: "sh", arguments: { cmd: "ls -l" } }]);
  });

  test("has the escapes of a regular expression where JSON has control characters that no program holds", () => {
    // Qwen2.5-Coder-1.5B-Instruct, asked for the first puncture in a log.
    const said = String.raw`{"action": "sh", "cmd": "grep -oP '\bMon\b|\\bTue' a\n\tcat \"b\\f\""}`;
    expect(read([said]).calls).toMatchObject([
      { arguments: { cmd: "grep -oP '\\bMon\\b|\\bTue' a\n\tcat \"b\\f\"" } },
    ]);
  });

  test("keeps what JSON has no escape for: the text of a program as the model meant it", () => {
    const said = String.raw`{"action": "sh", "cmd": "grep -P '\d+\s\(\w\u0\.' \u0061.txt \'\/\n\\d\""}`;
    const cmd = `${String.raw`grep -P '\d+\s\(\w\u0\.' a.txt \'/`}\n\\d"`;
    expect(read([said]).calls).toMatchObject([{ arguments: { cmd } }]);
  });

  test.each([
    [
      'text = "possessiveness"\nprint(text.count("s"))',
      String.raw`text = "possessiveness"\nprint(text.count("s"))`,
    ],
    ['print("a", \'b\', "\\n")', String.raw`print("a", 'b', "\\n")`],
    ['x = """a"b"""', String.raw`x = """a\"b"""`],
    ['print("end")', 'print("end")'],
  ])("has the quotation marks of its only text that were not escaped: %j", (cmd, written) => {
    const said = `{"action": "sh", "cmd": "${written}"}`;
    expect(read([said]).calls).toMatchObject([{ name: "sh", arguments: { cmd } }]);
    expect(read([said]).calls[0]).not.toHaveProperty("truncated");
  });

  // Else the next argument would become a part of the first one.
  test("of a tool with several arguments is a truncated call where such marks were not escaped", () => {
    const said = '{"action": "put", "path": "a.txt", "content": "say "hi""}';
    const [call] = read([said]).calls;
    expect(call).toMatchObject({ name: "put", truncated: true });
    expect(call?.arguments).not.toHaveProperty("path", expect.stringContaining("content"));
  });

  test("that was cut off in a text with such marks is a truncated call", () => {
    for (const cut of ['x = "a', 'x = "a"', 'print("a")'])
      expect(read([`{"action": "sh", "cmd": "${cut}`]).calls).toMatchObject([{ truncated: true }]);
  });

  test.each([
    ["that repeats itself", () => "a = a + 1\\n", 800],
    ["that repeats one letter", () => "\\b", 800],
    ["that counts up", (index: number) => `${index}, `, 8100],
  ])("%s without end is over, and a truncated call", (_how, piece, most) => {
    const reader = new ShapeReader({ tools: [SH, ENGINE] });
    reader.push('{"action": "sh", "cmd": "');
    let written = 0;
    while (!reader.isOver && written < 20_000) {
      const text = piece(written);
      reader.push(text);
      written += text.length;
    }
    expect(written).toBeLessThan(most);
    const [end] = reader.end({ cut: true });
    expect(end).toMatchObject({ type: "call", call: { name: "sh", truncated: true } });
  });

  test("of an ordinary length is not over", () => {
    const reader = new ShapeReader({ tools: [SH, ENGINE] });
    reader.push(writeAction("sh", { cmd: "echo 1\n".repeat(70) }));
    const lines = Array.from({ length: 100 }, (_, index) => `echo ${index}\n`);
    reader.push(writeAction("sh", { cmd: lines.join("") }));
    expect(reader.isOver).toBe(false);
  });

  test("that was cut off is a truncated call, which shows what was meant", () => {
    const { calls } = read(['{"action": "sh", "cmd": "ls -']);
    expect(calls).toMatchObject([{ name: "sh", arguments: { cmd: "ls -" }, truncated: true }]);
  });

  test("keeps an argument that is called action", () => {
    const args = { action: "start", level: 2 };
    expect(read([writeAction("engine", args)]).calls).toMatchObject([
      { name: "engine", arguments: args },
    ]);
  });
});

test("what has no shape is read as the text of any other model is", () => {
  expect(read(["It is ", "391."]).text).toBe("It is 391.");
  const call = '<tool_call>\n{"name": "sh", "arguments": {"cmd": "ls"}}\n</tool_call>';
  expect(read([call]).calls).toMatchObject([{ name: "sh", arguments: { cmd: "ls" } }]);
  expect(read(['{"name": "sh", "arguments": {"cmd": "ls"}}']).calls).toMatchObject([
    { name: "sh" },
  ]);
});

test("the cuts of the stream change nothing", () => {
  const replies = fc.oneof(
    fc.string({ unit: "grapheme" }).map(writeAnswer),
    fc.string({ unit: "grapheme" }).map((cmd) => writeAction("sh", { cmd })),
    fc.string({ unit: "grapheme" }),
  );
  fc.assert(
    fc.property(replies, fc.nat(), (reply, seed) => {
      const at = seed % (reply.length + 1);
      expect(read([reply.slice(0, at), reply.slice(at)])).toEqual(read([reply]));
      expect(read([...reply])).toEqual(read([reply]));
    }),
  );
});
