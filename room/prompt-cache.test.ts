/** What a server evaluates again in a conversation, counted with the tokenizer of a real model. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { agent } from "#models/personas/agent.ts";
import { python } from "#models/personas/python.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import { writeAnswer } from "#models/turn-shape.ts";
import { openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { type ChatBody, scriptedServer } from "#test/scripted-server.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import { shTool } from "#tools/sh.ts";
import type { ToolSandbox } from "#tools/tool-sandbox.ts";

/**
 * Token ids of Qwen2.5 by the text of a message in its template. To record those of new wordings from a llama.cpp server
 * with that model: ORG_RECORD_TOKENS=URL bun test room/prompt-cache.test.ts
 */
const entrySchema = z.tuple([z.string(), z.array(z.number())]);
const FIXTURE = new URL("../test/fixtures/prompt-tokens.jsonl", import.meta.url);
const recorder = Bun.env["ORG_RECORD_TOKENS"];
const known = new Map<string, readonly number[]>(
  Bun.JSONL.parse(await Bun.file(FIXTURE).text()).map((line) => entrySchema.parse(line)),
);

const shaped = { profile: { calls: "shape" as const } };
const PERSONAS = [agent, python, toolsmith].map((persona) => ({ ...persona, ...shaped }));
/** About 40 tokens each. */
const ANSWER =
  "The library was built in 1912, the station two years later, and the old mill, which stood where the market is today, was taken down in the same summer.";

/** The prompts of ten lines, each followed by what the model said. */
async function conversation(
  asked: readonly string[],
  sandbox: ToolSandbox = {},
): Promise<readonly (readonly (readonly number[])[])[]> {
  await using server = scriptedServer(({ index }) => say(writeAnswer(`${index + 1}. ${ANSWER}`)));
  await using home = await testJournal();
  const tools = [shTool(sandbox), pythonRunTool(sandbox)];
  const options = { journal: home.journal, url: server.url, personas: PERSONAS, tools };
  await using room = await openTestRoom(options);
  for (const [index, persona] of asked.entries()) {
    await sayAndWait(room, `@@${persona} Tell me fact number ${index + 1} about the town.`);
  }
  const prompts: (readonly (readonly number[])[])[] = [];
  for (const [index, { body }] of server.requests.entries()) {
    const said = `${writeAnswer(`${index + 1}. ${ANSWER}`)}<|im_end|>`;
    prompts.push([...(await promptTokens(body)), await tokens(said)]);
  }
  return prompts;
}

/** Token ids of a prompt in Qwen's template, message by message: its markers are tokens, over which no other reaches. */
async function promptTokens({ messages }: ChatBody): Promise<readonly (readonly number[])[]> {
  const texts = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  return await Promise.all([...texts, "<|im_start|>assistant\n"].map(tokens));
}

async function tokens(text: string): Promise<readonly number[]> {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (recorder === undefined) throw new Error(`The tokens of this text are not recorded: ${text}`);
  const body = JSON.stringify({ content: text, parse_special: true });
  const response = await fetch(`${recorder}/tokenize`, { method: "POST", body });
  const { tokens: ids } = z.object({ tokens: z.array(z.number()) }).parse(await response.json());
  known.set(text, ids);
  await Bun.write(FIXTURE, `${[...known].map((entry) => JSON.stringify(entry)).join("\n")}\n`);
  return ids;
}

/** Tokens that a server with so many places evaluates; a prompt goes where most of its beginning is. */
function evaluated(prompts: readonly (readonly (readonly number[])[])[], slots: number): number {
  const places: (readonly number[])[] = Array.from({ length: slots }, () => []);
  let sum = 0;
  for (const parts of prompts) {
    const prompt = parts.slice(0, -1).flat();
    const shared = places.map((place) => sharedLength(place, prompt));
    const best = shared.indexOf(Math.max(...shared));
    sum += prompt.length - (shared[best] ?? 0);
    places[best] = parts.flat();
  }
  return sum;
}

function sharedLength(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((token, index) => token !== other[index]);
  return at === -1 ? one.length : at;
}

const turns = (...ids: readonly string[]) =>
  Array.from({ length: 10 }, (_, index) => ids[index % ids.length] ?? "");

test("a server with one place evaluates at most 2,500 tokens in ten turns of two personas", async () => {
  const prompts = await conversation(turns("agent", "python"));
  expect(evaluated(prompts, 1)).toBeLessThanOrEqual(2500);
  expect(evaluated(prompts, 3)).toBeLessThanOrEqual(1500);
});

test("a server evaluates no more for three personas than once what the third one adds", async () => {
  const prompts = await conversation(turns("agent", "python", "toolsmith"));
  expect(evaluated(prompts, 1)).toBeLessThanOrEqual(2500);
  expect(evaluated(prompts, 3)).toBeLessThanOrEqual(2500);
});

test("the rules and tools of the persona that is asked first take at most 340 tokens", async () => {
  const [first = []] = await conversation(["agent"], { workspace: "/home/mara/shop" });
  // The question, the place of the answer, and the answer itself.
  expect(first.slice(0, -3).flat().length).toBeLessThanOrEqual(340);
});
