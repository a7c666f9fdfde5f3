import { expect, test } from "bun:test";
import fc from "fast-check";
import { joinEvents } from "#test/join-events.ts";
import moreTools from "../../test/fixtures/tool-calls-more.tools.json" with { type: "json" };
import { createExtractor } from "./create.ts";
import { readTools } from "./debug.ts";
import type { ExtractEvent } from "./extractor.ts";
import { LIMITS } from "./limits.ts";
import { allMarkers } from "./markers.ts";

const TOOLS = readTools(moreTools);

/** Pieces of which calls, documents about calls, and broken calls are made. */
const FRAGMENTS = [
  ...["find_text", "list_rooms", "open_gate", "{", "}", "[", "]", "(", ")", '"', "'", "`", "```"],
  ...["```json\n", "```tool_call\n", "~~~", "\n", "\n\n", " ", "    ", "> ", ":", "=", ",", ";"],
  ...["\\", "\\n", "//", "query", '"name": "find_text"', '"arguments": {', 'find_text(query="a")'],
  ...['{"name": "list_rooms", "arguments": {}}', "<parameter=query>", "<arg_key>query</arg_key>"],
  ...["<arg_value>1</arg_value>", '<parameter name="query">', "<function=find_text>", "[ARGS]"],
  ...['<invoke name="find_text">', "Action Input:", "to=functions.find_text", "analysis", "final"],
  ...['<|"|>', "<escape>", "call:", "<|sep|>", "functions.find_text:0", 'tool="find_text"', "all"],
  ...["Hello. ", "🦊", "\ud83e", "\udd8a", "é", "x", "1", "true", "assistant", "function"],
];
const fragment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...FRAGMENTS) },
  { weight: 2, arbitrary: fc.constantFrom(...allMarkers().spotted.keys()) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
);
const answer = fc.array(fragment, { maxLength: 16 }).map((parts) => parts.join(""));
/** Where to cut, as lengths of pieces; the last one is used for all the rest. */
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 24 });

function extract(text: string, lengths: readonly number[], thinkOpen = false): ExtractEvent[] {
  const extractor = createExtractor({ tools: TOOLS, profile: { thinkOpen } });
  const events: ExtractEvent[] = [];
  for (let at = 0, i = 0; at < text.length; i += 1) {
    const length = lengths[Math.min(i, lengths.length - 1)] ?? 1;
    events.push(...extractor.push(text.slice(at, at + length)));
    at += length;
  }
  return joinEvents([...events, ...extractor.end()]);
}

function bytesOf(event: ExtractEvent): string {
  if (event.type === "call") return event.call.raw;
  if (event.type === "dropped") return event.raw;
  return event.type === "reclassify" ? "" : event.text;
}

test("the cuts of the stream change nothing, not even inside a surrogate pair", () => {
  fc.assert(
    fc.property(answer, cuts, fc.boolean(), (text, lengths, thinkOpen) => {
      const whole = extract(text, [text.length + 1], thinkOpen);
      expect(extract(text, lengths, thinkOpen)).toEqual(whole);
      expect(extract(text, [1], thinkOpen)).toEqual(whole);
    }),
    // A line begins with white space that indents nothing: it is not a blank line, and nothing was said in it yet.
    { examples: [["\u000bx<|constrain|>find_text", [1], false]] },
  );
});

test("nothing is invented, doubled or put out of order", () => {
  fc.assert(
    fc.property(answer, (text) => {
      const told = extract(text, [text.length + 1])
        .map(bytesOf)
        .join("")
        // The messages of one answer are paragraphs: a line end between them is ours.
        .replaceAll("\n", "");
      let at = 0;
      // Unit by unit: two halves of a character with a marker between them are not a character of the answer.
      for (const unit of told.split("")) {
        at = text.indexOf(unit, at) + unit.length;
        expect(at).toBeGreaterThanOrEqual(unit.length);
      }
    }),
  );
});

/** Prose without anything that could open, close or quote a call. */
const prose = fc
  .array(fc.constantFrom("Well", ", so ", "be it. ", "1 < 2 ", "[x] ", "{y} ", "a|b ", "é🦊"), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => `I say ${parts.join("")}`);

/** Calls whose markup consists of one piece, so that not a single byte may be missing. */
const unit = fc.constantFrom(
  '<tool_call>{"name": "list_rooms", "arguments": {}}</tool_call>',
  '<tool_call>\n{"name": "find_text", "arguments": {"query": "</tool_call> 🦊"}}\n</tool_call>',
  "<tool_call>find_text\n<arg_key>query</arg_key>\n<arg_value>a < b</arg_value>\n</tool_call>",
  "<function=find_text>\n<parameter=query>\nx\n</parameter>\n</function>",
  '[TOOL_REQUEST]{"name": "list_rooms"}[END_TOOL_REQUEST]',
  '[TOOL_CALLS]find_text[ARGS]{"query": "[ARGS]"}',
  '<TOOLCALL>[{"name": "list_rooms", "arguments": {}}]</TOOLCALL>',
  '<|tool_call_start|>[find_text(query="a]"), list_rooms()]<|tool_call_end|>',
  '<|tool_call>call:find_text{query:<|"|>a}<|"|>}<tool_call|>',
);
const conversation = fc.array(fc.tuple(prose, unit), { minLength: 1, maxLength: 5 });

test("prose and calls together are the answer, byte for byte", () => {
  fc.assert(
    fc.property(conversation, cuts, (parts, lengths) => {
      const text = parts.map(([before, call]) => before + call).join("");
      const events = extract(text, lengths);
      expect(events.map(bytesOf).join("")).toBe(text);
      expect(textOf(events)).toBe(parts.map(([before]) => before).join(""));
    }),
  );
});

test("at no point of the stream is any markup shown", () => {
  fc.assert(
    fc.property(conversation, cuts, (parts, lengths) => {
      const text = parts.map(([before, call]) => before + call).join("");
      const shown = parts.map(([before]) => before).join("");
      const extractor = createExtractor({ tools: TOOLS });
      let sofar = "";
      for (let at = 0, i = 0; at < text.length; i += 1) {
        const length = lengths[i % lengths.length] ?? 1;
        sofar += textOf(extractor.push(text.slice(at, at + length)));
        at += length;
        expect(shown.startsWith(sofar)).toBe(true);
      }
    }),
  );
});

function textOf(events: readonly ExtractEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

test("no text whatever makes it throw or go beyond its limits", () => {
  const anything = fc.oneof(answer, fc.string({ unit: "binary", maxLength: 400 }));
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 4 }), cuts, (texts, lengths) => {
      const events = extract(texts.join("").repeat(8), lengths);
      const calls = events.filter((event) => event.type === "call");
      expect(calls.length).toBeLessThanOrEqual(LIMITS.callsPerTurn);
    }),
  );
});

test("what only mentions tools is shown as it is", () => {
  const mention = fc.constantFrom(
    ..."Use find_text(query) here. |See [list_rooms] too. |a <tool> and </tool> |`<tool_call>` ".split(
      "|",
    ),
    ..."the <think> tag |at </s> it ends |x[0](1) |1 < 2 > 0 |{find_text} |f(`[TOOL_CALLS]`) ".split(
      "|",
    ),
  );
  fc.assert(
    fc.property(fc.array(mention, { minLength: 1, maxLength: 12 }), cuts, (mentions, lengths) => {
      const text = `I say: ${mentions.join("")}So.`;
      expect(extract(text, lengths)).toEqual([{ type: "text", text }]);
    }),
  );
});
