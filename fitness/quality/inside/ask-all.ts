/**
 * Asks a TypeScript tool all inputs in one process of the sandbox, where a wrong answer is what is hoped
 * for: each mutant costs one start, not one for every case. What is right is decided by the host.
 */
import { writeSync } from "node:fs";
import type { AskAllAnswer, AskAllRequest, EnvironmentState, PatternAnswer } from "./protocol.ts";

interface Tool {
  readonly input: { parse(value: unknown): unknown };
  run(args: unknown, context: unknown): unknown;
}

/** Here, for the program below begins before the rest of this module is there. */
const GOLDEN = 0.6180339887498949;

if (import.meta.main) await main(await Bun.stdin.json());

async function main(request: AskAllRequest): Promise<void> {
  const { nonce, path, inputs, nowMs, scenes = [], worlds = [], mostMs = [] } = request;
  const { memories = [] } = request;
  const clock = { nowMs };
  stopClock(clock);
  if (request.tellsPatterns === true) tellPatterns(nonce);
  const ways = new Set<string>();
  if (request.reporter !== undefined) {
    Reflect.set(globalThis, `${request.reporter}_record`, (point: number, way: string) =>
      ways.add(`${point} ${way}`),
    );
  }
  const tool: Tool = await import(path);
  const opened = worlds.map((files, index) => openEnvironment(files, memories[index]));
  const last = new Map(scenes.map(({ world }, index) => [world, index]));
  for (const [index, input] of inputs.entries()) {
    const scene = scenes[index];
    const environment = (scene && opened[scene.world]) ?? openEnvironment({});
    clock.nowMs = scene?.nowMs ?? nowMs;
    environment.undo = [];
    const before = process.cpuUsage();
    ways.clear();
    const outcome = await answerOf(tool, input, contextOf(environment, clock, scene?.draws));
    const slowMs = overtime(before, mostMs[index]);
    const isLast = scene !== undefined && last.get(scene.world) === index;
    const state = stateBehind(environment, { outcome, isLast });
    const answer: AskAllAnswer = {
      nonce,
      index,
      ...outcome,
      ...(scene !== undefined && state !== undefined && { state }),
      ...(slowMs !== undefined && { slowMs }),
      ...(request.reporter !== undefined && { ways: [...ways] }),
    };
    writeSync(1, `${JSON.stringify(answer)}\n`);
    if (slowMs !== undefined) break;
  }
  process.reallyExit(0);
}

/** @returns the processor time since then in milliseconds, where it is more than that. */
function overtime(before: NodeJS.CpuUsage, mostMs: number | undefined): number | undefined {
  if (mostMs === undefined) return;
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1000;
  return tookMs > mostMs ? Math.round(tookMs) : undefined;
}

/** Every regular expression is used through `exec`, also where a method of a text makes it. */
function tellPatterns(nonce: string): void {
  const reported = new Set<string>();
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function telling(this: RegExp, text: string) {
    const { source, flags } = this;
    if (!reported.has(`${flags}/${source}`)) {
      reported.add(`${flags}/${source}`);
      const answer: PatternAnswer = { nonce, pattern: { source, flags } };
      writeSync(1, `${JSON.stringify(answer)}\n`);
    }
    return exec.call(this, text);
  };
}

/** A call shows the tool one moment; so does this program. */
function stopClock(clock: { nowMs: number }): void {
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (_target, args, newTarget) =>
      Reflect.construct(RealDate, args.length === 0 ? [clock.nowMs] : args, newTarget),
    get: (target, key) => (key === "now" ? () => clock.nowMs : Reflect.get(target, key)),
  });
}

async function answerOf(
  { input, run }: Tool,
  rawInput: unknown,
  context: object,
): Promise<Omit<AskAllAnswer, "nonce" | "index" | "state">> {
  let args: unknown;
  try {
    args = input.parse(rawInput);
  } catch (error) {
    return { failure: { code: "INVALID_INPUT", message: String(error) } };
  }
  try {
    return { value: await run(args, context) };
  } catch (error) {
    const { code, message } = Object(error);
    return { failure: { code: String(code), message: String(message ?? error) } };
  }
}

interface Environment {
  readonly before: Readonly<Record<string, string>>;
  readonly files: Map<string, string>;
  readonly memory: Map<string, unknown>;
  hasFailed: boolean;
  /** Takes back what the call under way wrote. */
  undo: (() => void)[];
}

function openEnvironment(
  before: Readonly<Record<string, string>>,
  stored: Readonly<Record<string, unknown>> = {},
): Environment {
  const files = new Map(Object.entries(before));
  const memory = new Map(Object.entries(stored));
  return { before, files, memory, hasFailed: false, undo: [] };
}

/** @returns what is reported of an environment after a call: what its first failure found, or its last call left. */
function stateBehind(
  environment: Environment,
  {
    outcome,
    isLast,
  }: { readonly outcome: Pick<AskAllAnswer, "failure">; readonly isLast: boolean },
): EnvironmentState | undefined {
  const isFirstFailure = outcome.failure !== undefined && !environment.hasFailed;
  environment.hasFailed ||= isFirstFailure;
  // What a call found shows again why it failed.
  if (isFirstFailure) for (const back of environment.undo.toReversed()) back();
  return isFirstFailure || isLast ? stateOf(environment) : undefined;
}

function stateOf({ before, files, memory }: Environment): EnvironmentState {
  const changed = [...files].filter(([name, text]) => before[name] !== text);
  return { files: Object.fromEntries(changed), memory: Object.fromEntries(memory) };
}

/** The same environment that the tool has in a call of its own. */
function contextOf(
  environment: Environment,
  { nowMs }: { readonly nowMs: number },
  draws: readonly number[] | undefined,
): object {
  const { files, memory } = environment;
  let drawn = 0;
  return {
    fetch: () => Promise.reject(new Error("There is no network while a tool is judged")),
    files: {
      read: async (path: string) => {
        const text = files.get(path);
        if (text === undefined) throw new Error(`There is no file "${path}"`);
        return text;
      },
      list: async (path = "") => namesIn([...files.keys()], path),
      write: async (path: string, text: string) =>
        setIn(files, { key: path, value: text, environment }),
    },
    clock: { now: () => nowMs },
    // What draws until it has drawn something else must come to an end: numbers that never repeat, spread evenly.
    random: () => {
      const number = draws?.[drawn % draws.length] ?? (0.5 + drawn * GOLDEN) % 1;
      drawn += 1;
      return number;
    },
    memory: {
      // A copy, as in a call: what a tool does not set is not kept.
      get: async (key: string) => structuredClone(memory.get(key) ?? null),
      set: async (key: string, value: unknown) => {
        const text = JSON.stringify(value);
        if (key.length > 200 || text.length > 64 * 1024) throw new Error("The value is too long");
        if (!memory.has(key) && memory.size >= 1000) throw new Error("There are too many keys");
        setIn(memory, { key, value: JSON.parse(text), environment });
      },
    },
    log: () => undefined,
  };
}

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  readonly environment: Environment;
}

function setIn<Value>(
  entries: Map<string, Value>,
  { key, value, environment }: Entry<Value>,
): void {
  const before = entries.get(key);
  environment.undo.push(() =>
    before === undefined ? entries.delete(key) : entries.set(key, before),
  );
  entries.set(key, value);
}

/** Names in a folder, those of folders with a slash behind them. */
function namesIn(paths: readonly string[], path: string): readonly string[] {
  const folder = path === "" ? "" : `${path}/`;
  const below = paths.filter((name) => name.startsWith(folder));
  const names = below.map((name) => name.slice(folder.length).replace(/\/.*/, "/"));
  return [...new Set(names)].sort();
}
