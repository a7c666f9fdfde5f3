/** What a process that serves a home tells Prometheus: counts out of what happens, kept in memory alone. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { PROGRAM_LIMITS, type ToolResult } from "#core/calls.ts";
import type { JournaledEvent, TurnEnd, TurnEndReason, Usage } from "#core/events.ts";
import type { RequestReport } from "../http/observe-requests.ts";
import type { JobService } from "../jobs/job-service.ts";
import { BoundedLabel } from "./bounded-label.ts";
import { countJobs, type JobMetrics } from "./job-metrics.ts";

export interface BuildInfo {
  readonly version: string;
  /** What the process is made of. */
  readonly commit: string;
  readonly generation: string;
}

/** How often the gate said the same. */
interface VerdictCount {
  /** "promote", "reject" or "hold". */
  readonly verdict: string;
  /** The stage that objected; null when none did. */
  readonly stage: string | null;
  readonly count: number;
}

export interface HomeMetricsOptions {
  readonly build: BuildInfo;
  /** Every verdict that the home's gate ever gave; asked at every scrape. @default there is no gate */
  readonly verdicts?: (() => readonly VerdictCount[]) | undefined;
}

/** Most different values of a label; each is a time series for the scraper. */
export const LABEL_CAPS = { tool: 100, persona: 32, route: 64, method: 8, stage: 16 } as const;

/** In seconds: from a pure function to a program at its time limit. */
const TOOL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Counted from the start, so that the first of its kind is seen as a step from nothing. */
const TURN_ENDS: Readonly<Record<TurnEndReason, 0>> = {
  ...{ complete: 0, length: 0, cut: 0, error: 0, aborted: 0, looped: 0, limit: 0, passed: 0 },
};

/** Names and labels follow https://prometheus.io/docs/practices/naming/. */
export class HomeMetrics {
  readonly #registry = new Registry();
  readonly #options: HomeMetricsOptions;
  #listTools: () => Promise<readonly string[]> = () => Promise.resolve([]);
  #jobs: JobMetrics | undefined;
  #toolNames: ReadonlySet<string> = new Set();
  readonly #tool = new BoundedLabel({
    cap: LABEL_CAPS.tool,
    knows: (name) => this.#toolNames.has(name),
  });
  readonly #persona = new BoundedLabel({ cap: LABEL_CAPS.persona });
  readonly #route = new BoundedLabel({ cap: LABEL_CAPS.route });
  readonly #method = new BoundedLabel({ cap: LABEL_CAPS.method });
  readonly #stage = new BoundedLabel({ cap: LABEL_CAPS.stage });

  readonly #calls = this.#counter({
    name: "org_tool_calls_total",
    help: "Calls of tools, by tool and by whether they went well; refused ones count as failed.",
    labelNames: ["tool", "result"],
  });
  readonly #callSeconds = new Histogram({
    name: "org_tool_duration_seconds",
    help: "How long calls of tools took, but for those that were refused before they ran.",
    labelNames: ["tool"],
    buckets: TOOL_BUCKETS,
    registers: [this.#registry],
  });
  readonly #tokens = this.#counter({
    name: "org_tokens_total",
    help: "Tokens as the model server counted them, by persona and direction.",
    labelNames: ["persona", "direction"],
  });
  readonly #turnEnds = this.#counter({
    name: "org_turn_ends_total",
    help: "Turns of personas, by the reason that ended them.",
    labelNames: ["reason"],
  });
  readonly #kills = this.#counter({
    name: "org_sandbox_kills_total",
    help: "Sandboxed programs that were stopped, by the limit that they met.",
    labelNames: ["limit"],
  });
  readonly #requests = this.#counter({
    name: "org_http_requests_total",
    help: "Requests, by the pattern of their path and by the class of the answer's status.",
    labelNames: ["method", "route", "status"],
  });

  readonly #alarms = this.#counter({
    name: "org_watch_alarms_total",
    help: "Alarms of the watch over promoted tools, by whether a promotion is reverted for it.",
    labelNames: ["reverts"],
  });

  readonly #policy = this.#counter({
    name: "org_policy_program_total",
    help: "Calls of the policy program by its outcome; unusable denies.",
    labelNames: ["outcome"],
  });

  constructor(options: HomeMetricsOptions) {
    this.#options = options;
    this.#about(options.build);
    this.#gateVerdicts();
    for (const reason of Object.keys(TURN_ENDS)) this.#turnEnds.inc({ reason }, 0);
    for (const limit of PROGRAM_LIMITS) this.#kills.inc({ limit }, 0);
    for (const reverts of ["yes", "no"]) this.#alarms.inc({ reverts }, 0);
  }

  /** @param outcome what the policy program said, or "unusable". */
  observePolicy(outcome: string): void {
    this.#policy.inc({ outcome });
  }

  /** Counts an alarm of the watch. */
  observeAlarm({ reverts }: { readonly reverts: boolean }): void {
    this.#alarms.inc({ reverts: reverts ? "yes" : "no" });
  }

  /** Counts an event that was written to the journal, once. */
  observe(event: JournaledEvent): void {
    if (event.type === "tool-result") this.observeCall(event);
    else if (event.type === "turn-end") this.#turnEnded(event);
  }

  /** Counts a call of a tool. */
  observeCall({ name, ok, ms, killed }: Pick<ToolResult, "name" | "ok" | "ms" | "killed">): void {
    // One that is not there is never ok; one that came since we last asked may be.
    if (ok && !this.#toolNames.has(name)) this.#toolNames = new Set([...this.#toolNames, name]);
    const tool = this.#tool.of(name);
    this.#calls.inc({ tool, result: ok ? "ok" : "failed" });
    if (ms > 0) this.#callSeconds.observe({ tool }, ms / 1000);
    if (killed !== undefined) this.#kills.inc({ limit: killed });
  }

  observeRequest({ method, route, status }: Omit<RequestReport, "ms">): void {
    this.#requests.inc({
      method: this.#method.of(method),
      route: this.#route.of(route),
      status: `${Math.floor(status / 100)}xx`,
    });
  }

  /** Counts what an answer of a persona took. */
  observeUsage(id: string, { promptTokens, completionTokens }: Usage): void {
    const persona = this.#persona.of(id);
    this.#tokens.inc({ persona, direction: "prompt" }, promptTokens);
    this.#tokens.inc({ persona, direction: "completion" }, completionTokens);
  }

  /** Counts the jobs of the home too. Disposing ends it. */
  observeJobs(service: Pick<JobService, "stats" | "observe">): Disposable {
    this.#jobs = countJobs(this.#registry, service);
    return this.#jobs;
  }

  /** Everything in the text format of Prometheus, version 0.0.4. */
  async text(): Promise<string> {
    await Promise.all([this.#learnTools(), this.#jobs?.refresh()]);
    return await this.#registry.metrics();
  }

  /**
   * Says which tools there are; calls of any other name are counted together.
   *
   * @param list asked now and at every scrape.
   */
  async knowTools(list: () => Promise<readonly string[]>): Promise<void> {
    this.#listTools = list;
    await this.#learnTools();
  }

  async #learnTools(): Promise<void> {
    this.#toolNames = new Set(await this.#listTools());
  }

  #turnEnded({ persona: id, reason, usage }: TurnEnd): void {
    this.#turnEnds.inc({ reason });
    if (usage !== undefined) this.observeUsage(id, usage);
  }

  #about({ version, commit, generation }: BuildInfo): void {
    const labelNames = ["version", "commit", "generation"];
    const help = "What is running: always 1, and told by the labels.";
    this.#gauge({ name: "org_build_info", help, labelNames }).set(
      { version, commit, generation },
      1,
    );
    // prom-client's own are those of Node.js: under Bun half of them are zero or no number.
    this.#gauge({
      name: "process_start_time_seconds",
      help: "When the process started, in seconds since the epoch.",
    }).set(Math.round(performance.timeOrigin / 1000));
    const cpu = this.#counter({
      name: "process_cpu_seconds_total",
      help: "Processor time of the process itself, user and system.",
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    });
    cpu.inc(0);
    this.#gauge({
      name: "process_resident_memory_bytes",
      help: "Memory of the process that is in RAM.",
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  #gateVerdicts(): void {
    const { verdicts } = this.#options;
    if (verdicts === undefined) return;
    const stageOf = (stage: string | null) => (stage === null ? "none" : this.#stage.of(stage));
    this.#counter({
      name: "org_gate_verdicts_total",
      help: "Verdicts of the gate, by the stage that objected; all there ever were in this home.",
      labelNames: ["verdict", "stage"],
      collect() {
        // Judging happens in processes of its own: what they wrote down is read anew.
        this.reset();
        for (const { verdict, stage, count } of verdicts()) {
          this.inc({ verdict, stage: stageOf(stage) }, count);
        }
      },
    });
  }

  #counter<Label extends string>(
    options: ConstructorParameters<typeof Counter<Label>>[0],
  ): Counter<Label> {
    return new Counter({ ...options, registers: [this.#registry] });
  }

  #gauge<Label extends string>(
    options: ConstructorParameters<typeof Gauge<Label>>[0],
  ): Gauge<Label> {
    return new Gauge({ ...options, registers: [this.#registry] });
  }
}
