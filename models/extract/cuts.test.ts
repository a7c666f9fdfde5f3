import { expect, test } from "bun:test";
import moreTools from "../../test/fixtures/tool-calls-more.tools.json" with { type: "json" };
import { createExtractor } from "./create.ts";
import { readTools } from "./debug.ts";
import type { ExtractEvent, ExtractedCall } from "./extractor.ts";
import { allMarkers } from "./markers.ts";

interface Vector {
  readonly id: string;
  readonly format: string;
  readonly class: string;
  readonly model_output: string;
  readonly tools?: readonly unknown[];
  readonly truncated?: true;
  readonly invalid?: true;
}

/** Every cut would be 210,000 of them: each vector has others, so that all places of a format are met. */
const STRIDE = 29;

/**
 * Reasoning without its opener, in which a call is rehearsed: before its closer came, nothing tells it from an answer.
 */
const UNKNOWABLE = new Set(["thinking/thinking/329"]);

const VECTORS = (
  await Promise.all(
    ["tool-calls.jsonl", "tool-calls-2.jsonl", "tool-calls-more.jsonl"].map(async (name) => {
      const path = `${import.meta.dir}/../../test/fixtures/${name}`;
      const lines = (await Bun.file(path).text()).trim().split("\n");
      return lines.map((line): Vector => JSON.parse(line));
    }),
  )
)
  .flat()
  .filter(({ id, truncated, invalid }) => !(truncated || invalid || UNKNOWABLE.has(id)));

function extract(text: string, vector: Vector, cut?: boolean) {
  const extractor = createExtractor({ tools: readTools(vector.tools ?? moreTools) });
  const events = [...extractor.push(text), ...extractor.end({ cut })];
  const last = events.findLastIndex(({ type }) => type === "reclassify");
  const said = events.slice(last + 1);
  return { text: words(said.map(textOf).join("")), calls: said.flatMap(callOf) };
}

function textOf(event: ExtractEvent): string {
  return event.type === "text" ? event.text : "";
}

function callOf(event: ExtractEvent): ExtractedCall[] {
  return event.type === "call" ? [event.call] : [];
}

function words(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

type Extracted = ReturnType<typeof extract>;

/** What is read of the beginning of an answer. */
interface Cut {
  readonly text: string;
  readonly read: Extracted;
}

/** A vector with all its cuts; `ended` is read of an answer that the model ended itself. */
interface CutVector {
  readonly vector: Vector;
  readonly whole: Extracted;
  readonly ended: Extracted;
  readonly cuts: readonly Cut[];
}

// Both rules look at the same answers: each is read once.
const CUT_VECTORS: readonly CutVector[] = VECTORS.map((vector, index) => {
  const { model_output: whole } = vector;
  const cuts: Cut[] = [];
  for (let length = 1 + (index % STRIDE); length < whole.length; length += STRIDE) {
    const text = whole.slice(0, length);
    cuts.push({ text, read: extract(text, vector) });
  }
  return { vector, whole: extract(whole, vector), ended: extract(whole, vector, false), cuts };
});

test("an answer that was cut anywhere gives the calls it began with, or says of one that it was cut", () => {
  const wrong: unknown[] = [];
  for (const { vector, ended, cuts } of CUT_VECTORS) {
    for (const { text, read } of cuts) {
      for (const [index, call] of read.calls.entries()) {
        const { name, arguments: given } = ended.calls[index] ?? { name: "", arguments: {} };
        const isSame = call.name === name && Bun.deepEquals(call.arguments, given);
        if (!isSame && !call.truncated && !call.invalid) wrong.push([vector.id, text, call]);
      }
    }
  }
  expect(wrong).toEqual([]);
});

/** So much of a marker no text holds by chance. */
const KNOWN_LENGTH = 4;

const { markup } = allMarkers();

/** Markers, and the beginning of one at the end, which one text holds and the other does not. */
function foreignMarkup(text: string, whole: string): string[] {
  const begun = text.slice(markup.holdFrom(text, 0));
  const found = begun.length < KNOWN_LENGTH ? [] : [begun];
  for (let match = markup.find(text, 0); match; match = markup.find(text, match.index + 1)) {
    found.push(match.token);
  }
  return found.filter((token) => !whole.includes(token));
}

test("of an answer that was cut inside its markup none is shown", () => {
  const shown: unknown[] = [];
  for (const { vector, whole, cuts } of CUT_VECTORS) {
    for (const { text, read } of cuts) {
      const found = foreignMarkup(read.text, whole.text);
      if (found.length > 0) shown.push([vector.id, text, found]);
    }
  }
  expect(shown).toEqual([]);
});

const TOOLS = readTools([{ name: "list_rooms" }, { name: "find_text" }]);

function flags(text: string, cut?: boolean): unknown {
  const extractor = createExtractor({ tools: TOOLS });
  const events = [...extractor.push(text), ...extractor.end({ cut })];
  return events.flatMap(callOf).map(({ truncated = false }) => truncated);
}

test("a bracket that is missing at the end was forgotten when the model stopped by itself, else cut off", () => {
  const text = '<tool_call>{"name": "find_text", "arguments": {"query": "a"}';
  expect(flags(text, false)).toEqual([false]);
  expect(flags(text, true)).toEqual([true]);
  expect(flags(text)).toEqual([true]);
  const lost = '<tool_call>{"name": "find_text", "arguments": {"query": "a';
  expect(flags(lost, false)).toEqual([true]);
});

test("a call that ends the answer without markers is certain only when the model stopped by itself", () => {
  const text = 'I look.\n{"name": "find_text", "arguments": {"query": "a"}}';
  expect(flags(text, false)).toEqual([false]);
  expect(flags(text)).toEqual([true]);
});

test("a call whose closing marker alone was cut off is whole", () => {
  expect(flags('<tool_call>{"name": "list_rooms", "arguments": {}}</tool_ca')).toEqual([false]);
});

test("a call in reasoning that is never closed is meant when the model stopped there", () => {
  const text = '<think>Hm. <tool_call>{"name": "list_rooms", "arguments": {}}</tool_call>';
  expect(flags(text, false)).toEqual([false]);
  expect(flags(text, true)).toEqual([true]);
});
