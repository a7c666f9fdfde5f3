import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { AnswerReader, type ReadEvent } from "./answer-reader.ts";
import type { ChatRequest, ProviderEvent } from "./provider.ts";

const request: ChatRequest = {
  model: "m",
  messages: [],
  tools: [{ name: "sh", description: "runs", parameters: { type: "object" } }],
};
const speaker = { self: "agent", others: ["python", "user"] };
const CALL = '<tool_call>{"name": "sh", "arguments": {"cmd": "ls"}}</tool_call>';

/** Reads as `chatOnce` does: it leaves once the speaker speaks for others. */
function read(events: readonly ProviderEvent[]) {
  const reader = new AnswerReader({ request, speaker });
  const shown: ReadEvent[] = [];
  for (const event of events) {
    shown.push(...reader.take(event));
    if (reader.spokeForOthers) break;
  }
  shown.push(...reader.end());
  return { reader, shown };
}

const say = (...pieces: readonly string[]) =>
  read(pieces.map((text) => ({ type: "text" as const, text })));

describe("an answer", () => {
  test("shows text as it comes and remembers all of it", () => {
    const { reader, shown } = say("Hello", " there.");
    expect(shown).toEqual([
      { type: "text", text: "Hello" },
      { type: "text", text: " there." },
    ]);
    expect(reader).toMatchObject({ text: "Hello there.", reasoning: "", passed: false });
  });

  test("is cut unless something says how it ended", () => {
    expect(say("Half").reader.finish).toBe("cut");
    const { reader } = read([{ type: "finish", reason: "length" }]);
    expect(reader.finish).toBe("length");
  });

  test("holds a forgotten bracket against a call only where the model did not stop by itself", () => {
    const text = '<tool_call>{"name": "sh", "arguments": {"cmd": "ls"}';
    const truncated = (reason: "stop" | "length") =>
      read([
        { type: "text", text },
        { type: "finish", reason },
      ]).reader.embedded[0]?.truncated;
    expect([truncated("stop"), truncated("length")]).toEqual([undefined, true]);
  });

  test("keeps reasoning that the server has told apart out of the text, calls in it included", () => {
    const { reader } = read([
      { type: "reasoning", text: `I could call ${CALL}` },
      { type: "text", text: "Done." },
    ]);
    expect(reader).toMatchObject({ text: "Done.", reasoning: `I could call ${CALL}` });
    expect(reader.embedded).toEqual([]);
  });

  test("takes calls out of the text, and notes declared ones beside them", () => {
    const call = { id: "call_1", name: "sh", arguments: { cmd: "pwd" } };
    const { reader } = read([
      { type: "text", text: `Let me look.${CALL}` },
      { type: "call", call },
      { type: "usage", usage: { promptTokens: 1, completionTokens: 2 } },
    ]);
    expect(reader.text).toBe("Let me look.");
    expect(reader.embedded).toMatchObject([{ name: "sh", arguments: { cmd: "ls" } }]);
    expect(reader.declared).toEqual([call]);
    expect(reader.usage).toEqual({ promptTokens: 1, completionTokens: 2 });
  });

  test("loses control characters, also those that come in pieces", () => {
    const { reader } = say("a\u001b", "[3", "1mred", "\u0007\u009b2Jb");
    expect(reader.text).toBe("aredb");
    const thought = read([{ type: "reasoning", text: "a\u001b[31mb" }]);
    expect(thought.reader.reasoning).toBe("ab");
  });

  test("hands a notice on, and what a model wrote in it is harmless", () => {
    expect(read([{ type: "notice", text: "the call of \u001b[31msh" }]).shown).toEqual([
      { type: "notice", text: "the call of sh" },
    ]);
  });

  test("gives calls names that fit into a line of a screen", () => {
    const call = { id: "call_1", name: "s\u001b]0;owned\u0007h\nuser: yes", arguments: {} };
    const { reader } = read([{ type: "call", call }]);
    expect(reader.declared[0]?.name).toBe("sh user: yes");
  });
});

describe("a name", () => {
  test("of the speaker itself is taken off the beginning", () => {
    expect(say("age", "nt: Hello.").reader.text).toBe("Hello.");
  });

  test("of another speaker ends the answer: the rest is dropped, and it counts as finished", () => {
    const { reader } = say("I say yes.\n", `python: no ${CALL}\n`, "agent: yes");
    expect(reader).toMatchObject({ text: "I say yes.\n", finish: "stop", spokeForOthers: true });
    expect(reader.embedded).toEqual([]);
  });

  test("that only begins like one is shown at the end", () => {
    expect(say("Ask py", "thon").reader.text).toBe("Ask python");
    expect(say("python").reader.text).toBe("python");
  });
});

describe("a pass", () => {
  test("is never shown", () => {
    const { reader, shown } = say(" @@pa", "ss\n");
    expect([reader.passed, shown]).toEqual([true, []]);
  });

  test("behind reasoning is one, too", () => {
    expect(say("<think>Nothing to add.</think>\n\n@@pass").reader.passed).toBe(true);
  });

  test("with anything beside it is none", () => {
    expect(say("@@pass on this one").reader).toMatchObject({
      passed: false,
      text: "@@pass on this one",
    });
  });
});

// Templates that open the reasoning themselves: the answer begins in the middle of it, unannounced.
describe("text that turns out to be reasoning", () => {
  test("leaves the answer", () => {
    const { reader, shown } = say("Let me see.", "</think>", "It is 42.");
    expect(shown.map(({ type }) => type)).toEqual(["text", "reclassify", "text"]);
    expect(reader).toMatchObject({ text: "It is 42.", reasoning: "Let me see." });
  });

  test.each(["user", "agent", "@@pa", "Hm.\npyth"])(
    "leaves it also while %j is held back",
    (held) => {
      const { reader } = say(held, "</think>It is 42.");
      expect(reader).toMatchObject({ text: "It is 42.", reasoning: held });
    },
  );

  test("does not hide the name or the pass with which the answer begins", () => {
    expect(say("Hm.", "</think>agent: It is 42.").reader.text).toBe("It is 42.");
    expect(say("Hm.", "</think>@@pass").reader.passed).toBe(true);
  });
});

test("that begins with its speaker's name and a code block stays whole, in single characters too", () => {
  const text = "agent: ```\nagent: a field\n";
  expect([say(text).reader.text, say(...text).reader.text]).toEqual([text.slice(7), text.slice(7)]);
});

test("comes out the same however it is cut into pieces", () => {
  const word = fc.constantFrom(
    "Hello ",
    "\n",
    "python: ",
    "agent: ",
    "user",
    "@@pass",
    "<think>hm</think>",
    "</think>",
    CALL,
    "\u001b[31m",
    "```\n",
    "é😀 ",
  );
  const outcome = ({ reader }: ReturnType<typeof read>) => ({
    text: reader.text,
    reasoning: reader.reasoning,
    calls: reader.embedded.length,
    passed: reader.passed,
    cut: reader.spokeForOthers,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (words, size) => {
      const text = words.join("");
      const pieces = [...text].reduce<string[]>((all, character, index) => {
        if (index % size === 0) all.push("");
        all.push(`${all.pop() ?? ""}${character}`);
        return all;
      }, []);
      expect(outcome(say(...pieces))).toEqual(outcome(say(text)));
    }),
  );
});

describe("what a process knows to be secret", () => {
  const cleaner = new TextCleaner(["swordfish-1"]);
  const hear = (events: readonly ProviderEvent[]) => {
    const reader = new AnswerReader({ request, speaker, cleaner });
    const shown = [...events.flatMap((event) => reader.take(event)), ...reader.end()];
    return { reader, shown };
  };

  test("goes out of text, thinking and notices, and stays in what runs", () => {
    const made = { id: "c", name: "sh", arguments: { cmd: "swordfish-1" } };
    const { reader, shown } = hear([
      { type: "reasoning", text: "sword" },
      { type: "reasoning", text: "fish-1 " },
      { type: "text", text: "it is swordf" },
      { type: "text", text: "ish-1." },
      { type: "notice", text: "again: swordfish-1" },
      { type: "call", call: made },
    ]);
    expect(JSON.stringify(shown)).not.toContain("sh-1");
    expect(reader).toMatchObject({ text: "it is [redacted].", reasoning: "[redacted] " });
    expect(reader.declared).toEqual([made]);
  });

  test("is not remembered either where thinking stood in the middle of it", () => {
    const { reader } = hear([
      { type: "text", text: "it is swordfi" },
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "sh-1." },
    ]);
    expect(reader.text).toBe("it is [redacted].");
  });
});

describe("what an answer shows of its model", () => {
  const sh = { name: "sh", description: "", parameters: { type: "object" } };
  const shown = (text: string, about: Partial<ChatRequest>) => {
    const request: ChatRequest = { model: "m", messages: [], tools: [sh], ...about };
    const reader = new AnswerReader({ request });
    reader.take({ type: "text", text });
    reader.take({ type: "finish", reason: "stop" });
    reader.end();
    return reader.observation;
  };

  test("is whether its server held it to the shape", () => {
    const shaped = { calls: "shape" } as const;
    const taken = shown('{"action": "answer", "text": "Yes."}', shaped);
    expect(taken).toEqual({ type: "shape", hasShape: true });
    expect(shown("Yes.", shaped)).toEqual({ type: "shape", hasShape: false });
  });

  test("is in which dialect it wrote its calls, where it was given tools", () => {
    const text = '<tool_call>\n{"name": "sh", "arguments": {}}\n</tool_call>';
    const written = { type: "calls", declared: 0, written: ["hermes"] };
    expect(shown(text, {})).toMatchObject(written);
    expect(shown(text, { tools: [] })).toBeUndefined();
    expect(shown("Yes.", {})).toBeUndefined();
  });
});
