/**
 * Asks a TypeScript tool all inputs in one process of the sandbox, where a wrong answer is what is hoped
 * for: each mutant costs one start, not one for every case. What is right is decided outside.
 */
import { writeSync } from "node:fs";
import type { AskAllAnswer, AskAllRequest } from "./protocol.ts";

interface Tool {
  readonly input: { parse(value: unknown): unknown };
  run(args: unknown, context: unknown): unknown;
}

if (import.meta.main) await main(await Bun.stdin.json());

async function main({ nonce, path, inputs, nowMs }: AskAllRequest): Promise<void> {
  stopClock(nowMs);
  const tool: Tool = await import(path);
  for (const [index, input] of inputs.entries()) {
    const answer: AskAllAnswer = { nonce, index, ...(await answerOf(tool, input, nowMs)) };
    writeSync(1, `${JSON.stringify(answer)}\n`);
  }
  process.reallyExit(0);
}

/** A call shows the tool one moment; so does this program. */
function stopClock(nowMs: number): void {
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (_target, args, newTarget) =>
      Reflect.construct(RealDate, args.length === 0 ? [nowMs] : args, newTarget),
    get: (target, key) => (key === "now" ? () => nowMs : Reflect.get(target, key)),
  });
}

async function answerOf(
  { input, run }: Tool,
  given: unknown,
  nowMs: number,
): Promise<Omit<AskAllAnswer, "nonce" | "index">> {
  let args: unknown;
  try {
    args = input.parse(given);
  } catch (error) {
    return { failure: { code: "INVALID_INPUT", message: String(error) } };
  }
  try {
    return { value: await run(args, emptyContext(nowMs)) };
  } catch (error) {
    const { code, message } = Object(error);
    return { failure: { code: String(code), message: String(message ?? error) } };
  }
}

const GOLDEN = 0.6180339887498949;

/** The same empty world that the tool has while it is judged from outside. */
function emptyContext(nowMs: number): object {
  const files = new Map<string, string>();
  const memory = new Map<string, unknown>();
  let draws = 0;
  return {
    fetch: () => Promise.reject(new Error("There is no network while a tool is judged")),
    files: {
      read: async (path: string) => {
        const text = files.get(path);
        if (text === undefined) throw new Error(`There is no file "${path}"`);
        return text;
      },
      list: async () => [...files.keys()].sort(),
      write: async (path: string, text: string) => void files.set(path, text),
    },
    clock: { now: () => nowMs },
    // What draws until it has drawn something else must come to an end: numbers that never repeat, spread evenly.
    random: () => (0.5 + draws++ * GOLDEN) % 1,
    memory: {
      get: async (key: string) => memory.get(key) ?? null,
      set: async (key: string, value: unknown) => void memory.set(key, value),
    },
    log: () => undefined,
  };
}
