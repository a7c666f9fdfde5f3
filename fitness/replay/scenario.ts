/** What is played to two generations: what a person says, what the model says, and what has to come of it. */

import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";

/** One completion of the model: text, or calls. */
interface Completion {
  readonly text?: string | undefined;
  readonly calls?: readonly { readonly name: string; readonly arguments: object }[] | undefined;
}

export interface ExpectedCall {
  readonly name: string;
  readonly ok: boolean;
  /** What the model is told of it holds this. */
  readonly includes?: string | undefined;
}

export interface Scenario {
  readonly name: string;
  readonly say: string;
  /** Bodies of the model's answers, one a completion, as a server streams them. */
  readonly completions: readonly string[];
  readonly expect: {
    readonly calls: readonly ExpectedCall[];
    /** The last answer, whole. */
    readonly answer?: string | undefined;
  };
}

const expectedCall = z.strictObject({
  name: z.string(),
  ok: z.boolean().default(true),
  includes: z.string().optional(),
});

const expectation = z.strictObject({
  calls: z.array(expectedCall).default([]),
  answer: z.string().optional(),
});

const completion = z.strictObject({
  text: z.string().optional(),
  calls: z
    .array(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.json()) }))
    .optional(),
});

const conversation = z.strictObject({
  name: z.string().min(1),
  say: z.string().min(1),
  model: z.array(completion).min(1),
  expect: expectation,
});

const recording = z.strictObject({
  name: z.string().min(1),
  say: z.string().min(1),
  /** Name of a file beside this one. */
  cassette: z.string().regex(/^[a-z0-9-]+\.jsonl$/),
  expect: expectation,
});

/** A single call of a tool. */
const toolCall = z.strictObject({
  name: z.string().min(1),
  tool: z.string(),
  input: z.record(z.string(), z.json()),
  ok: z.boolean().default(true),
  /** What a model is told of the result holds this. */
  includes: z.string(),
});

const suiteSchema = z.strictObject({
  scenarios: z.array(z.union([conversation, recording, toolCall])).max(200),
});

type Entry = z.infer<typeof suiteSchema>["scenarios"][number];

/** @returns what a model says in a recording, a body for each completion. */
export type ReadCassette = (text: string, name: string) => readonly string[];

/**
 * @param files of the suite by name: `*.json` with scenarios, `*.jsonl` with what they were recorded from.
 * @throws {OrgError} `INPUT_INVALID`: a suite that is not read is not evidence.
 */
export function readScenarios(
  files: ReadonlyMap<string, string>,
  readCassette: ReadCassette,
): readonly Scenario[] {
  const scenarios: Scenario[] = [];
  for (const [name, text] of files) {
    if (!name.endsWith(".json")) continue;
    const suite = suiteSchema.safeParse(parseJson(text));
    if (!suite.success) throw wrong(name, z.prettifyError(suite.error));
    for (const entry of suite.data.scenarios) {
      const completions = "cassette" in entry ? recorded(entry.cassette, files, readCassette) : [];
      scenarios.push(scenarioOf(entry, completions));
    }
  }
  const twice = scenarios.find(
    ({ name }, index) => scenarios.findIndex((one) => one.name === name) < index,
  );
  if (twice !== undefined) throw wrong("fitness/suites", `two scenarios are named "${twice.name}"`);
  return scenarios;
}

function scenarioOf(entry: Entry, completions: readonly string[]): Scenario {
  const { name } = entry;
  if ("cassette" in entry) return { name, say: entry.say, completions, expect: entry.expect };
  if ("model" in entry) {
    return { name, say: entry.say, completions: entry.model.map(bodyOf), expect: entry.expect };
  }
  const { tool, input, ok, includes } = entry;
  const model = [{ calls: [{ name: tool, arguments: input }] }, { text: "Done." }];
  const expect = { calls: [{ name: tool, ok, includes }], answer: "Done." };
  return { name, say: `@@agent use ${tool}`, completions: model.map(bodyOf), expect };
}

/** As an OpenAI-compatible server streams it. */
function bodyOf({ text, calls = [] }: Completion): string {
  const tool_calls = calls.map((call, index) => ({
    ...{ index, id: `call_${index}`, type: "function" },
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
  const delta = { role: "assistant", content: text, ...(calls.length > 0 ? { tool_calls } : {}) };
  const last = { index: 0, delta: {}, finish_reason: calls.length > 0 ? "tool_calls" : "stop" };
  const choices = [{ index: 0, delta, finish_reason: null }, last];
  const chunks = choices.map((choice) => ({
    ...{ id: "replay", object: "chat.completion.chunk", model: "m", choices: [choice] },
  }));
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
}

function recorded(
  name: string,
  files: ReadonlyMap<string, string>,
  readCassette: ReadCassette,
): readonly string[] {
  const text = files.get(name);
  if (text === undefined) throw wrong(name, "it is missing");
  return readCassette(text, name);
}

function wrong(name: string, why: string): OrgError {
  return new OrgError(`The suite "${name}" cannot be played`, {
    code: "INPUT_INVALID",
    why,
    remedies: ["mend it on main: fitness/suites"],
    unchanged: "No verdict was given.",
  });
}
