/** The real controller with the real mind, on a clock, a provider, a tool and a log that a test decides about. */
import { ChannelLock } from "#core/channel-lock.ts";
import type { Limits } from "#core/cycles/limits.ts";
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { GoalAction, GoalEnd, GoalStep } from "#core/goal-step.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { requestTokens } from "#models/context.ts";
import type { ChatRequest, ProviderEvent } from "#models/provider.ts";
import type { CycleReport } from "#room/cycles/cycle-state.ts";
import { goalMind } from "#room/cycles/goal-mind.ts";
import { type ActionResult, runCycles } from "#room/cycles/run-cycles.ts";
import { keyOf } from "#room/entries.ts";
import { type Behaviour, delayOf } from "./behaviour.ts";
import { FakeClock } from "./fake-clock.ts";

const ANY = { type: "object", properties: { n: { type: "string" } }, required: [] } as const;
const TOOLS = ["look", "write"].map((name) => ({ name, description: name, parameters: ANY }));
const NEVER = new Promise<never>(() => undefined);

/** In the money of a million tokens. */
const PRICE = { input: 3, output: 15 };

/** Where a process can be killed: at each of these moments. */
export type Moment = "append" | "appended" | "ask" | "word" | "tool" | "tool-end";

export interface ScriptOptions {
  readonly limits: Limits;
  /** One a cycle, the last of them again and again; or made anew. */
  readonly behaviours: readonly Behaviour[];
  readonly endOf?: (reason: unknown) => GoalEnd | undefined;
}

/** What the world outside has seen of a run: the oracle of its limits. */
export class ScriptedRun {
  readonly clock: FakeClock = new FakeClock();
  readonly steps: GoalStep[] = [];
  readonly requests: ChatRequest[] = [];
  /** Arguments of every call of a tool, and of those that have effects. */
  readonly calls: string[] = [];
  readonly effects: string[] = [];
  /** Tokens that were sent, and that came within the length that was asked for. */
  tokens: number = 0;
  /** What they cost, in millionths. */
  micros: number = 0;
  moments: number = 0;
  /** The process is killed at this moment, counted from 1. */
  killAt: number = Number.POSITIVE_INFINITY;
  /** Told when the process is killed. */
  readonly stop: AbortController = new AbortController();
  readonly #options: ScriptOptions;
  #killed = Promise.withResolvers<"killed">();
  #process = 0;
  #replies = 0;

  constructor(options: ScriptOptions) {
    this.#options = options;
  }

  /** How many cycles there were, by the log. */
  get cycles(): number {
    return new Set(this.steps.filter(({ phase }) => phase === "intent").map(({ cycle }) => cycle))
      .size;
  }

  /** Lets a process work until the end, or until it is killed. */
  async play(): Promise<CycleReport | "killed"> {
    this.#process += 1;
    this.#killed = Promise.withResolvers();
    const work = runCycles(this.#runOf(this.#process));
    work.catch(() => undefined);
    return await this.clock.play(Promise.race([work, this.#killed.promise]));
  }

  #runOf(process: number): Parameters<typeof runCycles>[0] {
    const { limits, endOf } = this.#options;
    const at = (moment: Moment) => this.#at(moment, process);
    return {
      ...{ id: "g1", aim: "tidy up", limits, clock: this.clock, endOf, signal: this.stop.signal },
      log: {
        read: () => Promise.resolve([...this.steps]),
        append: async (step) => {
          await at("append");
          const isNew = this.steps.every((one) => keyOf(one) !== keyOf(step));
          if (!isNew) throw new Error(`${keyOf(step)} is written down twice`);
          this.steps.push(step);
          await at("appended");
        },
      },
      mind: goalMind({
        ...{ goal: "tidy up", tools: TOOLS },
        model: {
          ...{ owner: "test", lock: new ChannelLock(), cleaner: new TextCleaner([]) },
          prices: { scripted: PRICE },
          model: {
            name: "scripted",
            prepare: () => Promise.resolve(),
            profile: () => Promise.resolve({ calls: "shape" }),
            provider: {
              endpoint: "scripted",
              listModels: () => Promise.resolve([]),
              stream: (request, signal) => this.#stream(request, { signal, at }),
            },
          },
        },
      }),
      runner: {
        isRepeatable: ({ name }) => Promise.resolve(name === "look"),
        run: (action, signal) => this.#tool(action, { signal, at }),
      },
    };
  }

  /** @returns for ever where the process is dead. */
  async #at(_moment: Moment, process: number): Promise<void> {
    if (process !== this.#process) await NEVER;
    this.moments += 1;
    if (this.moments !== this.killAt) return;
    this.#killed.resolve("killed");
    await NEVER;
  }

  get #behaviour(): Behaviour {
    const { behaviours } = this.#options;
    return behaviours[Math.min(this.cycles, behaviours.length) - 1] ?? {};
  }

  async *#stream(
    request: ChatRequest,
    {
      signal,
      at,
    }: { readonly signal: AbortSignal; readonly at: (moment: Moment) => Promise<void> },
  ): AsyncGenerator<ProviderEvent, void> {
    const behaviour = this.#behaviour;
    this.requests.push(request);
    const prompt = requestTokens(request);
    this.#count(prompt, PRICE.input);
    await at("ask");
    await this.#passes(delayOf(behaviour.ms), behaviour.deaf === true ? undefined : signal);
    if (behaviour.fails !== undefined) throw failed(behaviour.fails);
    const { maxTokens = 0 } = request;
    let came = 0;
    for await (const text of this.#words(behaviour, request, signal)) {
      await at("word");
      const before = Math.min(maxTokens, came);
      came += Buffer.byteLength(text) / 3.6;
      this.#count(Math.min(maxTokens, came) - before, PRICE.output);
      yield { type: "text", text };
    }
    const { usage } = behaviour;
    if (usage !== undefined) {
      const { prompt: promptTokens, completion: completionTokens } = usage;
      yield { type: "usage", usage: { promptTokens, completionTokens } };
    }
    if (behaviour.cut !== true) yield { type: "finish", reason: "stop" };
  }

  #count(tokens: number, price: number): void {
    this.tokens += tokens;
    this.micros += tokens * price;
  }

  async *#words(
    behaviour: Behaviour,
    { tools, shape }: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    yield tools.length === 0 && shape === undefined ? "It went well." : this.#reply(behaviour);
    const { pieces, size, ms } = behaviour.flood ?? { pieces: 0, size: 0, ms: 0 };
    for (let piece = 0; piece < pieces; piece += 1) {
      if (ms > 0) await this.#passes(ms, behaviour.deaf === true ? undefined : signal);
      yield varied(piece, size);
    }
  }

  #reply({ reply, done, action = "write", args }: Behaviour): string {
    this.#replies += 1;
    if (reply !== undefined) return reply;
    if (done === true) return JSON.stringify({ action: "done", why: "", text: "All is tidy." });
    const given: unknown = args === undefined ? { n: `${this.#replies}` } : JSON.parse(args);
    return JSON.stringify({ action, why: "to tidy", ...Object(given) });
  }

  async #tool(
    { name, args }: GoalAction,
    {
      signal,
      at,
    }: { readonly signal: AbortSignal; readonly at: (moment: Moment) => Promise<void> },
  ): Promise<ActionResult> {
    const { ms, deaf, outcome = "done", output, size } = this.#behaviour.tool ?? {};
    // Nothing has happened before it has begun.
    await at("tool");
    const given = `${this.cycles} ${JSON.stringify(args)}`;
    this.calls.push(given);
    if (name !== "look") this.effects.push(given);
    await this.#passes(delayOf(ms), deaf === true ? undefined : signal);
    await at("tool-end");
    const text = output ?? `${given} went well`;
    return { outcome, text: size === undefined ? text : text.padEnd(size, ".") };
  }

  async #passes(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms === 0 && signal?.aborted !== true) return;
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => undefined);
    const abort = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    await Promise.race([this.clock.sleep(ms), aborted.promise]);
  }
}

/** Text that repeats nothing, as far as a guard against repetition looks. */
function varied(piece: number, size: number): string {
  let text = "";
  for (let part = 0; text.length < size; part += 1)
    text += Bun.hash(`${piece} ${part}`).toString(36);
  return text.slice(0, size);
}

function failed(code: string): OrgError {
  return new OrgError("The server failed", { code: codeOf(code), remedies: [] });
}

function codeOf(text: string): ErrorCode {
  const codes: readonly ErrorCode[] = [
    ...(["PROVIDER_UNREACHABLE", "PROVIDER_BUSY", "STREAM_ERROR", "STREAM_CUT"] as const),
    ...(["MODEL_MISSING", "PROVIDER_REFUSED", "CONTEXT_OVERFLOW", "BUDGET_SPENT"] as const),
  ];
  return codes.find((code) => code === text) ?? "STREAM_ERROR";
}

export const SOME_LIMITS: Limits = {
  ...{ cycles: 8, seconds: 600, tokens: 50_000, money: Number.POSITIVE_INFINITY },
  ...{ calls: 32, actions: 8 },
};
