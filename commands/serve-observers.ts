/** What `org serve` tells of itself to those who watch it: figures for Prometheus. */
import type { JournaledEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import { verdictCounts } from "#ops/gate/verdict-counts.ts";
import type { RequestSeen } from "#serve/http/observe-requests.ts";
import type { JobService } from "#serve/jobs/job-service.ts";
import { HomeMetrics } from "#serve/metrics/home-metrics.ts";
import { observedJournal } from "#serve/observed-journal.ts";
import { version } from "../package.json";

export interface Observed {
  /** ORG_HOME. */
  readonly home: string;
  readonly generation: string;
  readonly commit: string;
  /** Told of every event, too. */
  readonly see: (event: JournaledEvent) => void;
}

/** Sees what happens in a process that serves, and counts it. */
export class ServeObservers {
  readonly #metrics: HomeMetrics;
  readonly #see: Observed["see"];
  /** For whoever listens on a port. */
  readonly hooks: {
    readonly onRequest: (seen: RequestSeen) => void;
    readonly metricsText: () => Promise<string>;
  };

  constructor({ home, generation, commit, see }: Observed) {
    const metrics = new HomeMetrics({
      build: { version, commit, generation },
      verdicts: () => verdictCounts(home),
    });
    this.#metrics = metrics;
    this.#see = see;
    this.hooks = {
      onRequest: (seen) => metrics.observeRequest(seen),
      metricsText: () => metrics.text(),
    };
  }

  /** The same journal, of which every new event is seen. */
  observed(journal: Journal): Journal {
    return observedJournal(journal, (event) => {
      this.#see(event);
      this.#metrics.observe(event);
    });
  }

  /** Counts the jobs too, until what is returned is disposed of. */
  countJobs(jobs: Pick<JobService, "stats" | "observe">): Disposable {
    return this.#metrics.observeJobs(jobs);
  }

  /** @param list names of all tools that there are; asked again and again. */
  async knowTools(list: () => Promise<readonly string[]>): Promise<void> {
    await this.#metrics.knowTools(list);
  }
}
