/** What `org serve` tells of itself to those who watch it: figures for Prometheus, and lines of a log. */
import { explain } from "#core/errors.ts";
import type { JournaledEvent, Usage } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { verdictCounts } from "#fitness/gate/verdict-counts.ts";
import type { WatchAlarm } from "#fitness/statistics/use-watch.ts";
import { ProviderWatch } from "#home/provider-watch.ts";
import { errorFields, type Log, type LogFields } from "#platform/log/log.ts";
import type { RequestReport } from "#server/http/observe-requests.ts";
import type { JobService } from "#server/jobs/job-service.ts";
import { EventLog } from "#server/log/event-log.ts";
import { HomeMetrics } from "#server/metrics/home-metrics.ts";
import { observedJournal } from "#server/socket/observed-journal.ts";
import { version } from "../package.json";
import type { AppOptions } from "./app-options.ts";
import type { SeeCall } from "./home-tools.ts";
import type { PolicyProgramOptions } from "./policy-program.ts";

export interface Observed {
  /** ORG_HOME. */
  readonly home: string;
  readonly generation: string;
  readonly commit: string;
  readonly log: Log;
  readonly cleaner: TextCleaner;
  /** Tells the process that started it. */
  readonly say: (text: string) => void;
  /** Told of every event, too. */
  readonly see?: ((event: JournaledEvent) => void) | undefined;
  /** Told of every call that no room has written down, too. */
  readonly seeCall?: SeeCall | undefined;
}

/** Asked again and again by monitoring; only what is wrong with them is worth a line. */
const WATCHED: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics"]);

/** Where it is not known, the log knows it of the request that is being worked for. */
function ofRequest(id: string | undefined): LogFields {
  return id === undefined ? {} : { request_id: id };
}

/** Sees what happens in a process that serves, counts it and writes it down. */
export class ServeObservers {
  readonly #metrics: HomeMetrics;
  readonly #see: Observed["see"];
  readonly #seeCall: Observed["seeCall"];
  readonly #log: Log;
  readonly #events: EventLog;
  /** How the model server is, by the answers of the rooms. */
  readonly provider: ProviderWatch = new ProviderWatch();
  /** For a process that listens on a port. */
  readonly hooks: {
    readonly onRequest: (report: RequestReport) => void;
    readonly metricsText: () => Promise<string>;
    readonly report: (error: unknown, requestId?: string) => void;
  };

  constructor({ home, generation, commit, log, cleaner, say, see, seeCall }: Observed) {
    const metrics = new HomeMetrics({
      build: { version, commit, generation },
      verdicts: () => verdictCounts(home),
    });
    this.#metrics = metrics;
    this.#see = see;
    this.#seeCall = seeCall;
    this.#log = log;
    this.#events = new EventLog(log);
    this.hooks = {
      onRequest: (report) => this.#request(report),
      metricsText: () => metrics.text(),
      report: (error, requestId) => {
        const fields = { event: "fault", ...ofRequest(requestId), ...errorFields(error) };
        log.error("something went wrong here", fields);
        const id = requestId === undefined ? "" : `request ${requestId}: `;
        say(`${id}${cleaner.clean(explain(error, true))}\n`);
      },
    };
  }

  /** Takes how a call of a tool went that no room has written down. */
  readonly see: SeeCall = (went) => {
    try {
      this.#seeCall?.(went);
    } catch (error) {
      // The call has ended, and its answer stands.
      this.hooks.report(error);
    }
    this.#metrics.observeCall(went);
    this.#events.seeCall(went);
  };

  /** Takes an alarm of the watch over promoted tools. */
  readonly onAlarm = ({ why, rollBack }: WatchAlarm): void => {
    this.#metrics.observeAlarm({ reverts: rollBack !== undefined });
    this.#log.error("alarm of the watch", { why, reverts: rollBack });
  };

  /** Takes what the policy program made of a call: it is counted, and written down. */
  readonly onPolicy: NonNullable<PolicyProgramOptions["onOutcome"]> = (outcome, question) => {
    const { turn, persona, call, decision } = question;
    const { tool, hash } = call;
    this.#metrics.observePolicy(outcome);
    const record = { outcome, before: decision.permission, turn, persona, tool, call: hash };
    this.#log.info("the policy program was asked", record);
  };

  /** Takes what an answer took that no room has written down. */
  readonly onUsage = (persona: string, usage: Usage): void => {
    this.#metrics.observeUsage(persona, usage);
  };

  /** Takes a line that an MCP server wrote beside its messages. */
  readonly onMcpLine: NonNullable<AppOptions["onMcpLine"]> = (server, line) => {
    this.#log.info("an MCP server wrote", { server, line });
  };

  /** What rooms and jobs tell of themselves is for these. */
  readonly callbacks: Pick<AppOptions, "onUsage" | "onPolicy" | "onMcpLine"> = {
    onUsage: this.onUsage,
    onPolicy: this.onPolicy,
    onMcpLine: this.onMcpLine,
  };

  /** The same journal, of which every new event is seen. */
  observed(journal: Journal): Journal {
    return observedJournal(journal, (event, room) => {
      this.#see?.(event);
      this.provider.see(event);
      this.#metrics.observe(event);
      this.#events.see(event, room);
    });
  }

  /** Counts the jobs and writes down what becomes of them, until what is returned is disposed of. */
  countJobs(jobs: Pick<JobService, "stats" | "observe">): Disposable {
    using parts = new DisposableStack();
    // biome-ignore-start lint/nursery/useDisposables: the stack disposes of them
    parts.use(this.#metrics.observeJobs(jobs));
    parts.use(jobs.observe((change) => this.#events.seeJob(change)));
    // biome-ignore-end lint/nursery/useDisposables: the stack disposes of them
    return parts.move();
  }

  /** @param list names of all tools that there are; asked again and again. */
  async knowTools(list: () => Promise<readonly string[]>): Promise<void> {
    await this.#metrics.knowTools(list);
  }

  #request(report: RequestReport): void {
    this.#metrics.observeRequest(report);
    const { requestId, method, route, status, ms } = report;
    if (WATCHED.has(route) && status < 400) return;
    this.#log.info("request", { ...ofRequest(requestId), method, route, status, ms });
  }
}
