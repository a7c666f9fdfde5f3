import { expect, test } from "bun:test";
import moreTools from "../../test/fixtures/tool-calls-more.tools.json" with { type: "json" };
import { createExtractor } from "./create.ts";
import { extractRecord, readTools } from "./debug.ts";
import { DIALECTS } from "./dialects/registry.ts";

interface Vector {
  readonly id: string;
  readonly format: string;
  readonly class: string;
  readonly note?: string;
  readonly model_output: string;
  readonly tools?: readonly unknown[];
  readonly expected_calls: readonly {
    readonly name: string;
    readonly arguments: unknown;
    readonly unknown?: boolean;
  }[];
  readonly expected_text: string;
  readonly expected_reasoning?: string;
  readonly text_compare?: "ws" | "none";
  /** White space at the ends of strings is free, or all arguments are. */
  readonly args_compare?: "none" | "trim";
  /** The answer was cut off, or cannot be read: beyond the expected calls one more may come, with that flag. */
  readonly truncated?: true;
  readonly invalid?: true;
  /** One character at a time, the first text must have come after so many of them. */
  readonly stream?: { readonly firstTextBy: number };
}

const GIVEN = await readVectors("tool-calls.jsonl");
/** Formats published later, answers that were cut off, and answers in JSON, which are shown while they come. */
const SECOND = await readVectors("tool-calls-2.jsonl");
/** Answers of Qwen2.5-Coder-1.5B-Instruct at temperature 0.8, with its tools in the request: none was parsed by its server. */
const REAL = await readVectors("tool-calls-real.jsonl");
const MORE = await readVectors("tool-calls-more.jsonl");
const SINGLE = MORE.filter((vector) => vector.class === "single");

async function readVectors(name: string): Promise<Vector[]> {
  const path = `${import.meta.dir}/../../test/fixtures/${name}`;
  const lines = (await Bun.file(path).text()).trim().split("\n");
  return lines.map((line): Vector => JSON.parse(line));
}

/** What went otherwise than expected, ready to be read; `undefined` when nothing did. */
function difference(vector: Vector, chars: boolean): object | undefined {
  const got = extractRecord(vector, { chars, tools: moreTools });
  const [extra, ...others] = got.calls.slice(vector.expected_calls.length);
  const isFree = vector.text_compare === "none";
  const expected = {
    calls: vector.expected_calls.map((call) => plain(call, vector)),
    text: words(isFree ? got.text : vector.expected_text),
    reasoning: words(vector.expected_reasoning ?? got.reasoning),
    inTime: true,
  };
  const isFlagged =
    (vector.truncated === true && extra?.truncated === true) ||
    ((vector.truncated ?? vector.invalid) === true && extra?.invalid === true);
  const counted = isFlagged && others.length === 0 ? vector.expected_calls.length : undefined;
  const actual = {
    calls: got.calls.slice(0, counted).map((call) => plain(call, vector)),
    text: words(got.text),
    reasoning: words(got.reasoning),
    inTime: !chars || isInTime(got.firstTextAt, vector.stream?.firstTextBy),
  };
  if (Bun.deepEquals(actual, expected)) return undefined;
  return { id: vector.id, note: vector.note, wrote: vector.model_output, expected, actual };
}

function isInTime(firstTextAt: number, firstTextBy = Number.POSITIVE_INFINITY): boolean {
  return (
    firstTextBy === Number.POSITIVE_INFINITY || (firstTextAt >= 0 && firstTextAt <= firstTextBy)
  );
}

function plain(call: { name: string; arguments: unknown }, { args_compare }: Vector): object {
  if (args_compare === "none") return { name: call.name };
  return { name: call.name, arguments: call.arguments };
}

/** White space around markup belongs to neither: how much of it is left does not matter. */
function words(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function report(name: string, vectors: readonly Vector[], chars: boolean): object[] {
  const failed = vectors.flatMap((vector) => difference(vector, chars) ?? []);
  const mode = chars ? "one character at a time" : "whole";
  const passed = vectors.length - failed.length;
  process.stdout.write(`${name}, ${mode}: ${passed}/${vectors.length}\n`);
  return failed;
}

for (const chars of [false, true]) {
  const mode = chars ? "one character at a time" : "whole";

  test(`reads the given vectors, ${mode}`, () => {
    expect(report("given vectors", GIVEN, chars)).toEqual([]);
  });

  test(`reads the vectors of later formats, ${mode}`, () => {
    expect(report("later vectors", SECOND, chars)).toEqual([]);
  });

  test(`reads what a small model really wrote, ${mode}`, () => {
    expect(report("recorded answers", REAL, chars)).toEqual([]);
  });

  test(`reads our own vectors, ${mode}`, () => {
    expect(report("own vectors", MORE, chars)).toEqual([]);
  });

  test(`reads every format in every surrounding, ${mode}`, () => {
    expect(report("surroundings", SINGLE.flatMap(surroundings), chars)).toEqual([]);
  });
}

test("a call of a tool that does not exist is told from one that does", () => {
  for (const vector of [...GIVEN, ...REAL, ...MORE]) {
    const extractor = createExtractor({ tools: readTools(vector.tools ?? moreTools) });
    const events = [...extractor.push(vector.model_output), ...extractor.end()];
    const unknown = events.filter((event) => event.type === "call" && event.call.unknown === true);
    const expected = vector.expected_calls.filter((call) => call.unknown === true);
    expect([vector.id, unknown.length]).toEqual([vector.id, expected.length]);
  }
});

test("the vectors speak every dialect that the registry knows", () => {
  const silent = new Set(
    DIALECTS.filter(({ markers }) => markers.some(({ kind }) => kind === "unit")),
  );
  for (const { model_output } of [...GIVEN, ...SECOND, ...MORE]) {
    for (const dialect of silent) {
      const openers = dialect.markers.flatMap(({ open }) => open);
      if (openers.some((opener) => model_output.includes(opener))) silent.delete(dialect);
    }
  }
  expect([...silent].map(({ id }) => id)).toEqual([]);
});

/** One call, where it must run and where a text only shows it. */
function surroundings(vector: Vector): Vector[] {
  const { model_output: call, expected_calls: calls, format } = vector;
  const lines = call.split("\n");
  const shown = (around: string, output: string): Vector => ({
    ...vector,
    id: `${format}/${around}`,
    model_output: output,
    expected_calls: [],
    expected_text: output,
  });
  const run = (around: string, output: string, reasoning: string): Vector => ({
    ...vector,
    id: `${format}/${around}`,
    model_output: output,
    expected_calls: calls,
    expected_text: "",
    expected_reasoning: reasoning,
  });
  return [
    run("behind thinking", `<think>\nHm.\n</think>\n\n${call}`, "Hm."),
    run("behind a stray end of thinking", `Hm.\n</think>\n${call}`, "Hm."),
    run("before a leaked token", `${call}<|im_end|>\n`, ""),
    ...(isUnmarked(format)
      ? []
      : [run("in thinking that never ends", `<think>\nHm.\n${call}`, "Hm.")]),
    {
      ...shown("rehearsed while thinking", `<think>\nHm. ${call}\nNo.\n</think>\n\nHello.`),
      expected_text: "Hello.",
      expected_reasoning: `Hm. ${call} No.`,
    },
    shown("fenced", `It is written so:\n\n\`\`\`\`text\n${call}\n\`\`\`\`\n\nThat is all.`),
    shown("fenced at the end", `It is written so:\n\n\`\`\`\`text\n${call}\n\`\`\`\``),
    shown("quoted", `He wrote:\n\n${lines.map((line) => `> ${line}`).join("\n")}\n\nStrange.`),
    shown("indented", `He wrote:\n\n${lines.map((line) => `    ${line}`).join("\n")}\n\nStrange.`),
    ...(/[\n`]/.test(call) ? [] : [shown("inline code", `Write \`${call}\` for it.`)]),
  ];
}

/** Without a marker of its own a call could as well be part of the thought. */
function isUnmarked(format: string): boolean {
  return /^(?:llama3-json|pythonic|xlam|json-|functionary32-headless|muse)/.test(format);
}
