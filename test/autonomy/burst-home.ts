/** A home that works by itself within a test: everything is real but the clock, the model server and the process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BurstTools, runBurst } from "#app/autonomy/burst.ts";
import { BurstKnowledge } from "#app/autonomy/burst-knowledge.ts";
import { reportOfSteps, stepsOf } from "#app/autonomy/burst-steps.ts";
import { cosinesBy } from "#app/autonomy/cosines.ts";
import { NO_LIMITS } from "#core/budget.ts";
import { BudgetLedger } from "#core/budget-ledger.ts";
import { ChannelLock } from "#core/channel-lock.ts";
import type { Journal } from "#core/journal.ts";
import type { Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { burstAccount } from "#home/autonomy/burst-account.ts";
import { endedBurst } from "#home/autonomy/burst-report.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { AUTONOMY, type AutonomySettings } from "#home/settings/autonomy-settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { openMemory } from "#memory/open-memory.ts";
import { requestTokens } from "#models/context.ts";
import type { ChatRequest, ProviderEvent } from "#models/provider.ts";
import { Autonomy } from "#ops/autonomy/autonomy.ts";
import { BurstStopped } from "#ops/autonomy/burst-life.ts";
import { type Behaviour, delayOf } from "../cycles/behaviour.ts";
import { FakeClock } from "../cycles/fake-clock.ts";

const DAY_MS = 86_400_000;
/** 08:00 of a day in UTC. */
const START = 20_000 * DAY_MS + 8 * 3_600_000;
const NEVER = new Promise<never>(() => undefined);
const BYTES_PER_TOKEN = 3.6;

const SAID = "We deploy the shop on Fridays with the script deploy.sh.";

export interface BurstHomeOptions {
  readonly settings: AutonomySettings;
  /** What the model does when it is asked for the next step. */
  readonly behaves: () => Behaviour;
  /** @default no tool may be built */
  readonly build?: BurstTools["build"];
}

export class BurstHome implements AsyncDisposable {
  readonly clock: FakeClock = new FakeClock();
  readonly store: AutonomyStore;
  readonly autonomy: Autonomy;
  readonly ledger: BudgetLedger;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly failures: unknown[] = [];
  /** Tokens that were sent, and that came within the length that was asked for, by day. */
  readonly sent: Map<string, number> = new Map();
  /** How often the wall clock and the monotonic one are apart. */
  wallOffset: number = 0;
  /** How many places there were so far at which a process can be killed, and at which of them it is. */
  moments: number = 0;
  killAt: number = Number.POSITIVE_INFINITY;
  readonly #options: BurstHomeOptions;
  readonly #parts: AsyncDisposableStack;
  readonly #spending: ReturnType<typeof openSpendStore>;
  #over: Promise<void> = Promise.resolve();
  #replies = 0;
  #lines = 0;
  /** The one that lives: what one before it still does comes to nothing. */
  #process = 0;
  #killed: PromiseWithResolvers<void> = Promise.withResolvers();

  private constructor(
    options: BurstHomeOptions,
    { folder, journal, memory }: { folder: string; journal: Journal; memory: Memory },
    parts: AsyncDisposableStack,
  ) {
    this.#options = options;
    this.#parts = parts;
    this.journal = journal;
    this.memory = memory;
    const { settings } = options;
    this.store = parts.use(new AutonomyStore(join(folder, "autonomy.sqlite")));
    this.#spending = parts.use(openSpendStore(join(folder, "spending.sqlite")));
    this.ledger = new BudgetLedger({
      ...{ store: this.#spending, prices: {} },
      ...{
        limits: { ...NO_LIMITS, personas: { [AUTONOMY]: settings.budget } },
        now: () => this.wall,
      },
    });
    const close = (id: string, why: string): void => {
      this.store.finish(id, endedBurst(reportOfSteps(stepsOf(this.store, id), why), this.wall));
    };
    this.autonomy = new Autonomy({
      ...{ store: this.store, journal, pace: settings, state: () => "on", close },
      start: (id) => this.#start(id),
      livesElsewhere: () => Promise.resolve(false),
      tell: () => undefined,
      report: (error) => void this.failures.push(error),
      clock: { now: () => this.wall, mono: () => this.clock.nowMs() },
    });
  }

  static async open(options: BurstHomeOptions): Promise<BurstHome> {
    await using parts = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "org-burst-"));
    parts.defer(() => rm(folder, { recursive: true }));
    // The first line is a day old.
    let wall = (): number => START - DAY_MS;
    const now = (): number => wall();
    const journal = parts.use(await openSqliteJournal(join(folder, "journal.sqlite"), { now }));
    const cleaner = new TextCleaner([]);
    const memory = parts.use(await openMemory(join(folder, "memory.sqlite"), { cleaner, now }));
    const home = new BurstHome(options, { folder, journal, memory }, parts.move());
    await home.says();
    wall = () => home.wall;
    return home;
  }

  /** The user says once more what they are about. */
  async says(): Promise<void> {
    this.#lines += 1;
    const line = { type: "message", id: `msg_${this.#lines}`, from: "user", text: SAID } as const;
    const event = { ...line, to: ["agent"], mode: "group" };
    await this.journal.append("r1", { key: `${this.#lines}`, event });
  }

  /** Milliseconds since the epoch. */
  get wall(): number {
    return START + this.clock.nowMs() + this.wallOffset;
  }

  /** Lets time pass, looks once, and lets a burst that begins then work to its end. @param humanMs a line comes so long after its begin. */
  async passes(ms: number, humanMs?: number): Promise<void> {
    await this.clock.play(this.clock.sleep(ms));
    await this.autonomy.look();
    if (this.autonomy.running === undefined) return;
    using _line =
      humanMs === undefined
        ? undefined
        : this.clock.after(humanMs, () => this.autonomy.see({ type: "message" }));
    await this.clock.play(Promise.race([this.#over, this.#killed.promise]));
    await new Promise(setImmediate);
  }

  /** Tokens on the account of autonomy. @param day "2026-11-21" */
  spentOn(day: string): number {
    return this.#spending.lastTotals({ day, session: "", persona: AUTONOMY }).persona.tokens;
  }

  #start(id: string) {
    const stop = new AbortController();
    const work = this.#work(id, stop.signal).catch((error: unknown) => {
      this.failures.push(error);
    });
    const gone = Promise.race([work, this.#killed.promise]).then(() => undefined);
    this.#over = gone;
    const end = (why: ConstructorParameters<typeof BurstStopped>[0]): Promise<void> => {
      stop.abort(new BurstStopped(why));
      return gone;
    };
    return { gone, end };
  }

  async #work(id: string, signal: AbortSignal): Promise<void> {
    const { settings } = this.#options;
    const knowledge = new BurstKnowledge({
      ...{ journal: this.journal, now: () => this.wall, running: () => this.autonomy.running },
      memory: () => Promise.resolve(this.memory),
      lend: () => Promise.resolve(undefined),
      cosines: cosinesBy(() => Promise.resolve(undefined)),
    });
    const process = this.#process;
    const at = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.#moment(process);
      const done = await work();
      await this.#moment(process);
      return done;
    };
    await runBurst({
      ...{ id, settings, clock: this.clock, now: () => this.wall, signal, tools: this.#tools(at) },
      store: {
        steps: (burst) => this.store.steps(burst),
        append: async (burst, body) => await at(async () => this.store.append(burst, body)),
        searches: (key, now) => this.store.searches(key, now),
        finish: (burst, about) => process === this.#process && this.store.finish(burst, about),
      },
      owner: {
        brief: async (burst) => await at(() => knowledge.brief(burst)),
        isRelevant: async (burst, text) => await at(() => knowledge.isRelevant(burst, text)),
        search: async (burst, query) => await at(() => knowledge.search(burst, query)),
        keep: async (burst, text) => await at(() => knowledge.keep(burst, text)),
        engine: async (burst, within) => await at(() => knowledge.engine(burst, within)),
      },
      model: {
        ...{ owner: AUTONOMY, lock: new ChannelLock(), cleaner: new TextCleaner([]) },
        account: burstAccount(this.ledger, `autonomy:${id}`),
        model: {
          name: "scripted",
          prepare: () => Promise.resolve(),
          profile: () => Promise.resolve({ calls: "shape" }),
          provider: {
            endpoint: "scripted",
            listModels: () => Promise.resolve([]),
            stream: (request, within) => this.#stream(request, { process, signal: within }),
          },
        },
      },
    });
  }

  #tools(at: <T>(work: () => Promise<T>) => Promise<T>): BurstTools {
    const query = { type: "object", properties: { query: { type: "string" } }, required: [] };
    return {
      build: this.#options.build,
      schemas: [{ name: "memory_search", description: "finds", parameters: query }],
      refusalOf: () => Promise.resolve(undefined),
      call: async ({ args }) =>
        await at(async () => {
          const found = await this.memory.search(String(args["query"]), { persona: AUTONOMY });
          return { outcome: "done", text: JSON.stringify(found.episodes.map(({ text }) => text)) };
        }),
      made: ["median"],
      tryTool: async (name) =>
        await at(() => Promise.resolve({ outcome: "done" as const, text: `${name}: as it says` })),
    };
  }

  async #moment(process: number): Promise<void> {
    if (process !== this.#process) await NEVER;
    this.moments += 1;
    if (this.moments !== this.killAt) return;
    this.#process += 1;
    this.#killed.resolve();
    await NEVER;
  }

  /** The process dies at this place of its next burst, counted from 1. */
  kill(at: number): void {
    this.moments = 0;
    this.killAt = at;
  }

  /** Another process takes the place of the one that was killed. */
  revive(): void {
    this.#killed = Promise.withResolvers();
    this.killAt = Number.POSITIVE_INFINITY;
  }

  #count(tokens: number): void {
    const day = new Date(this.wall).toISOString().slice(0, 10);
    this.sent.set(day, (this.sent.get(day) ?? 0) + tokens);
  }

  async *#stream(
    request: ChatRequest,
    { process, signal }: { readonly process: number; readonly signal: AbortSignal },
  ): AsyncGenerator<ProviderEvent, void> {
    const behaviour = this.#options.behaves();
    await this.#moment(process);
    this.#count(requestTokens(request));
    await this.#passes(behaviour, delayOf(behaviour.ms), signal);
    const { maxTokens = 0 } = request;
    let came = 0;
    for (const text of this.#words(behaviour)) {
      await this.#moment(process);
      const before = Math.min(maxTokens, came);
      came += Buffer.byteLength(text) / BYTES_PER_TOKEN;
      this.#count(Math.min(maxTokens, came) - before);
      yield { type: "text", text };
    }
    const { usage } = behaviour;
    if (usage !== undefined) {
      const { prompt: promptTokens, completion: completionTokens } = usage;
      yield { type: "usage", usage: { promptTokens, completionTokens } };
    }
    if (behaviour.cut !== true) yield { type: "finish", reason: "stop" };
  }

  *#words({ reply, done, action = "memory_search", args, flood }: Behaviour): Generator<string> {
    this.#replies += 1;
    const given: unknown =
      args === undefined ? { query: `deploy the shop ${this.#replies}` } : JSON.parse(args);
    const next =
      done === true ? { action: "done", text: "No more." } : { action, ...Object(given) };
    yield reply ?? JSON.stringify({ ...next, why: "to help" });
    for (let piece = 0; piece < (flood?.pieces ?? 0); piece += 1)
      yield "x".repeat(flood?.size ?? 0);
  }

  async #passes({ deaf }: Behaviour, ms: number, signal: AbortSignal): Promise<void> {
    if (ms === 0) return;
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => undefined);
    if (deaf !== true)
      signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
    await Promise.race([this.clock.sleep(ms), aborted.promise]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }
}
