import { expect, test } from "bun:test";
import type { EndDetector, Found } from "./end.ts";
import { markerEnd } from "./marker-end.ts";
import { tagEnd } from "./tag-end.ts";
import { valueEnd } from "./value-end.ts";

/** Feeds the text in pieces of one length, giving back what was not consumed, as the splitter does. */
function feed(make: () => EndDetector, text: string, length: number): EndDetector {
  const detector = make();
  let held = "";
  for (let at = 0; at < text.length && detector.found === undefined; at += length) {
    held += text.slice(at, at + length);
    const final = at + length >= text.length;
    held = held.slice(detector.feed(held, 0, final));
  }
  return detector;
}

/** The body and the whole candidate; `undefined` when it has no end. */
function ends(make: () => EndDetector, text: string): string[] | undefined {
  const parts = ({ found }: { found: Found | undefined }): string[] | undefined =>
    found && [text.slice(0, found.body), text.slice(0, found.end)];
  const whole = parts(feed(make, text, text.length));
  for (const length of [1, 2, 3, 5]) expect(parts(feed(make, text, length))).toEqual(whole);
  return whole;
}

const json = valueEnd({ close: ["</call>"], before: ["<call>"], many: true });

test.each([
  ["the balanced value", '{"a": [1]} text', ['{"a": [1]}', '{"a": [1]}']],
  ["the marker behind it", '{"a": 1} \n</call> text', ['{"a": 1}', '{"a": 1} \n</call>']],
  ["the last of several values", "{} {},{}</call>x", ["{} {},{}", "{} {},{}</call>"]],
  ["a bracket too many", "{}}]</call>x", ["{}", "{}}]</call>"]],
  ["a bracket too few", '{"a": {}</call>x', ['{"a": {}', '{"a": {}</call>']],
  ["the next opener", '{"a": {}<call>{}', ['{"a": {}', '{"a": {}']],
  ["behind brackets in strings", '{"a": "}]{"} x', ['{"a": "}]{"}', '{"a": "}]{"}']],
  ["behind markers in strings", '{"a": "</call>"} x', ['{"a": "</call>"}', '{"a": "</call>"}']],
  ["behind escaped quotes", '{"a": "\\"}"} x', ['{"a": "\\"}"}', '{"a": "\\"}"}']],
  ["behind quotes that were not", '{"a": "b "}" c"} x', ['{"a": "b "}', '{"a": "b "}']],
  ["behind inner quotes", '{"a": "f("}")"} x', ['{"a": "f("}', '{"a": "f("}']],
  [
    "behind inner quotes and a colon",
    '{"a": "say "b": }"} x',
    ['{"a": "say "b": }"}', '{"a": "say "b": }"}'],
  ],
  ["behind comments", "{// }\n} x", ["{// }\n}", "{// }\n}"]],
  ["the fence that was opened before", "```json\n{}\n``` x", ["```json\n{}", "```json\n{}\n```"]],
])("a value ends at %s", (_name, text, expected) => {
  expect(ends(json, text)).toEqual(expected);
});

test("a value without an end has none, but remembers a marker inside its string", () => {
  expect(ends(json, '{"a": "b')).toBeUndefined();
  const { fallback } = feed(json, '{"a": "b}</call> and more', 4);
  expect(fallback).toMatchObject({ body: 9, end: 16 });
});

test("Python calls end at their bracket, whatever their strings hold", () => {
  const python = valueEnd({ python: true, opened: 1 });
  expect(ends(python, `f(a="]", b=')'), g()] x`)?.[1]).toBe(`f(a="]", b=')'), g()]`);
  expect(ends(python, 'f(a="x" "]")] x')?.[1]).toBe('f(a="x" "]")]');
});

const tags = tagEnd({
  value: ["<p="],
  valueClose: "</p>",
  close: ["</f>"],
  before: ["</call>", "<f="],
});

test.each([
  ["the closing tag", "<p=a>1</p></f> x", "<p=a>1</p></f>"],
  ["the closing tag without values", "</f> x", "</f>"],
  ["the end of the section", "<p=a>1</p></call> x", "<p=a>1</p>"],
  ["the next call", "<p=a>1</p><f=g>", "<p=a>1</p>"],
  [
    "behind a closing tag in a value",
    "<p=a></p> and </f> 1</p></f> x",
    "<p=a></p> and </f> 1</p></f>",
  ],
  ["behind an opening tag in a value", "<p=a><f=x></p></f> x", "<p=a><f=x></p></f>"],
  ["the closing tag when the value has none", "<p=a>1</f></call> x", "<p=a>1</f>"],
])("a call in tags ends at %s", (_name, text, expected) => {
  expect(ends(tags, text)?.[1]).toBe(expected);
});

test("a candidate may end at the first marker outside its strings", () => {
  const marker = markerEnd({ close: ["<end>"], before: ["<next>"], quote: "<q>" });
  expect(ends(marker, "a<q><end><q>b<end>c")).toEqual(["a<q><end><q>b", "a<q><end><q>b<end>"]);
  expect(ends(marker, "a<next>c")).toEqual(["a", "a"]);
  expect(feed(marker, "a<q>b<end>c", 3).fallback).toEqual({ body: 5, end: 10, closed: true });
});
