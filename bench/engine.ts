#!/usr/bin/env bun
/** The built-in engine with the model that is installed: how fast it speaks, how long it reads, how much memory it takes. */
import { readFile, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { engineSettings } from "#home/settings/engine-settings.ts";
import { readEngine } from "#models/engine/installed.ts";
import { type RunningEngine, startEngine } from "#models/engine/process.ts";
import type { Owned } from "#models/engine/restarts.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import { compare } from "./support/compare.ts";
import { type Grid, publish, type Section } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const CORES = availableParallelism();
const { signal } = new AbortController();
const ANSWER_TOKENS = 24;
/** About 200 tokens, a few turns of a conversation. */
const BEFORE = "The quick brown fox jumps over the lazy dog. ".repeat(20);

const { folder } = engineSettings(Bun.env);
const found = await readEngine(folder);
if (found.state === "installed") {
  const { engine } = found;
  const contextTokens = engine.model.takesTools ? 8192 : 4096;
  await using home = await temporaryFolder();
  const start: Start = (threads, conversations) =>
    startEngine({ engine, home: home.path, threads, conversations, contextTokens }, signal);
  const { size } = await stat(engine.modelPath);
  const model = `${engine.model.name}, ${Math.round(size / 1e6)} MB of weights`;
  publish([
    await starts(start),
    await speech(start),
    await reading(start),
    await memory(start, `${model}, conversations of ${contextTokens} tokens`),
  ]);
} else {
  const why = "it is not installed: org engine install";
  publish([{ title: "engine", head: ["state", ""], rows: [[found.state, why]] }]);
}

type Start = (threads: number, conversations: number) => Promise<Owned<RunningEngine>>;

async function starts(start: Start): Promise<Section> {
  const round = async (): Promise<number> => {
    const startedAt = performance.now();
    await using _engine = await start(1, 3);
    return performance.now() - startedAt;
  };
  return {
    title: "engine: from nothing to a loaded model, its sum compared",
    unit: "ms, less is better",
    series: await compare([{ name: "three conversations", round }], { warmUp: 1, counted: 3 }),
    aims: [],
  };
}

/** With more threads than cores that are free, each waits for the slowest. */
async function speech(start: Start): Promise<Section> {
  // One after the other: a large model is in memory once.
  const rounds = async (threads: number): Promise<number> => {
    await using engine = await start(threads, 1);
    const prompt = `Tell me a story. ${crypto.randomUUID()}`;
    return (await ask(engine.process, prompt, ANSWER_TOKENS)).tokensPerSecond;
  };
  return {
    title: `engine: words of an answer of ${ANSWER_TOKENS} tokens`,
    unit: "tokens per second, more is better",
    series: await compare(
      [
        { name: "1 thread", round: () => rounds(1) },
        { name: `${CORES} threads, as many as cores`, round: () => rounds(CORES) },
      ],
      { warmUp: 0, counted: 3 },
    ),
    aims: [],
  };
}

async function reading(start: Start): Promise<Section> {
  await using engine = await start(1, 1);
  const round = async (prompt: string): Promise<number> =>
    (await ask(engine.process, prompt, 1)).firstMs;
  return {
    title: "engine: until the first word of an answer to about 200 tokens",
    unit: "ms, less is better",
    series: await compare(
      [
        { name: "never read before", round: () => round(`${crypto.randomUUID()} ${BEFORE}`) },
        { name: "the same once more, and a question", round: again },
      ],
      { warmUp: 0, counted: 3 },
    ),
    aims: [],
  };

  async function again(): Promise<number> {
    const beginning = `${crypto.randomUUID()} ${BEFORE}`;
    await round(beginning);
    return await round(`${beginning} What jumps?`);
  }
}

async function memory(start: Start, what: string): Promise<Grid> {
  const rows: (readonly string[])[] = [];
  for (const conversations of [1, 3]) {
    await using engine = await start(1, conversations);
    await ask(engine.process, "Say hello.", 8);
    const status = await readFile(`/proc/${engine.process.pid}/status`, "utf8");
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    rows.push([`${conversations}`, `${Math.round(kilobytes / 1024)} MiB`]);
  }
  return {
    title: `engine: memory of the process with ${what}`,
    head: ["conversations", "resident"],
    rows,
  };
}

interface Asked {
  readonly firstMs: number;
  /** From the first word to the last. */
  readonly tokensPerSecond: number;
}

async function ask(engine: RunningEngine, prompt: string, maxTokens: number): Promise<Asked> {
  const { url: baseUrl, token: apiKey } = engine;
  const timeouts = { firstByteMs: 60_000, idleMs: 60_000 };
  const provider = openAiProvider({ baseUrl, apiKey, timeouts });
  const [model = ""] = await provider.listModels(signal);
  const messages = [{ role: "user" as const, content: prompt }];
  const startedAt = performance.now();
  let firstAt = 0;
  let tokens = 0;
  for await (const event of provider.stream({ model, messages, tools: [], maxTokens }, signal)) {
    if (event.type === "text" && firstAt === 0) firstAt = performance.now();
    if (event.type === "usage") tokens = event.usage.completionTokens;
  }
  if (tokens === 0 || firstAt === 0) throw new Error("The engine said nothing");
  const seconds = (performance.now() - firstAt) / 1000;
  return { firstMs: firstAt - startedAt, tokensPerSecond: (tokens - 1) / seconds };
}
