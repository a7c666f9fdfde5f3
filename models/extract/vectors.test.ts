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
}

const GIVEN = await readVectors("tool-calls.jsonl");
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
  const expected = {
    calls: vector.expected_calls.map((call) => plain(call)),
    text: words(vector.expected_text),
    reasoning: words(vector.expected_reasoning ?? got.reasoning),
  };
  const actual = {
    calls: got.calls.map(plain),
    text: words(got.text),
    reasoning: words(got.reasoning),
  };
  if (Bun.deepEquals(actual, expected)) return undefined;
  return { id: vector.id, note: vector.note, wrote: vector.model_output, expected, actual };
}

function plain({ name, arguments: given }: { name: string; arguments: unknown }): object {
  return { name, arguments: given };
}

/** White space around markup is nobody's: how much of it is left does not matter. */
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

  test(`reads our own vectors, ${mode}`, () => {
    expect(report("own vectors", MORE, chars)).toEqual([]);
  });

  test(`reads every format in every surrounding, ${mode}`, () => {
    expect(report("surroundings", SINGLE.flatMap(surroundings), chars)).toEqual([]);
  });
}

test("a call of a tool that does not exist is told from one that does", () => {
  for (const vector of [...GIVEN, ...MORE]) {
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
  for (const { model_output } of [...GIVEN, ...MORE]) {
    for (const dialect of silent) {
      const openers = dialect.markers.flatMap(({ open }) => open);
      if (openers.some((opener) => model_output.includes(opener))) silent.delete(dialect);
    }
  }
  expect([...silent].map(({ id }) => id)).toEqual([]);
});

/** One call, where it must run and where somebody only shows it. */
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
  return /^(?:llama3-json|pythonic|xlam|json-|functionary32-headless)/.test(format);
}
