/** Producers and workers of one queue while connections are cut, a worker is killed and another one is stopped. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPgQueue, type PgQueue } from "#home/postgres/pg-queue.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import type { QueueWorkerOptions, WorkerLine } from "../fixtures/queue-worker.ts";
import type { PgCluster } from "../postgres-cluster.ts";
import { until } from "../until.ts";
import { type EndedJob, judge, type Verdict } from "./history.ts";

const WORKER = join(import.meta.dir, "../fixtures/queue-worker.ts");

export interface ChaosOptions {
  /** How often a worker is killed and another one stopped; connections are cut all the time. */
  readonly rounds: number;
  /** Jobs between two of them. */
  readonly jobs: number;
  /** What is taken out of the server's functions: then the judge must find fault. @default nothing */
  readonly without?: "fence" | "node" | undefined;
}

export interface ChaosResult extends Verdict {
  readonly confirmed: number;
  readonly cuts: number;
}

/** Longer than a run; who is killed leaves these to `reclaim`. */
const LONG_MS = 600_000;
/** Of the worker that is stopped: it runs out meanwhile. */
const SHORT_MS = 300;
/** Pause between two cuts of all connections, in milliseconds. */
const CUT_MS = 150;
const HOUR_MS = 3_600_000;
/** Of workers whose clocks are wrong. */
const CLOCKS: Readonly<Record<string, number>> = { well: -HOUR_MS, killed: HOUR_MS };

export async function chaos(cluster: PgCluster, options: ChaosOptions): Promise<ChaosResult> {
  await using run = await Run.begin(cluster, options.without);
  await run.start("well", LONG_MS, ["short", "held-well"]);
  await run.start("killed", LONG_MS, ["short", "held-killed"]);
  await run.start("stopped", SHORT_MS, ["short", "held-stopped"]);
  const cutting = run.cut();
  for (let round = 0; round < options.rounds; round += 1) {
    const jobs = run.produce(round, options.jobs);
    await run.stopAndGoOn(`stopped-${round}`);
    await run.killAndStart(`killed-${round}`, `well-${round}`);
    await jobs;
  }
  run.isOver = true;
  const cuts = await cutting;
  return { ...(await run.verdict()), cuts };
}

class Run implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "org-chaos-"));
  readonly #cluster: PgCluster;
  readonly #client: PgClient;
  readonly #queue: PgQueue;
  readonly #workers = new Map<string, Bun.Subprocess>();
  readonly #confirmed: string[] = [];
  isOver: boolean = false;

  private constructor(cluster: PgCluster, client: PgClient, queue: PgQueue) {
    this.#cluster = cluster;
    this.#client = client;
    this.#queue = queue;
    writeFileSync(join(this.#folder, "lines"), "");
  }

  static async begin(cluster: PgCluster, without: ChaosOptions["without"]): Promise<Run> {
    const client = await cluster.client();
    if (without === "fence") {
      await leaveOut(client, "queue_work", " or j.token <> (op->>3)::bigint");
    }
    if (without === "node") await leaveOut(client, "queue_reclaim", " and node = node_");
    return new Run(cluster, client, await openPgQueue({ client, node: "producer" }));
  }

  async start(node: string, leaseMs: number, only: readonly string[]): Promise<void> {
    const options: QueueWorkerOptions = {
      ...{ url: this.#cluster.url(), schema: this.#client.schema, node, leaseMs, only },
      ...{ folder: this.#folder, clockMs: CLOCKS[node] ?? 0 },
    };
    const command = [process.execPath, WORKER, JSON.stringify(options)];
    this.#workers.set(node, Bun.spawn(command, { stdout: "ignore", stderr: "inherit" }));
  }

  /** Cuts all connections but the one that does it, again and again. @returns how many. */
  async cut(): Promise<number> {
    let cuts = 0;
    while (!this.isOver) {
      const rows = await this.#client.query<{ readonly cut: boolean }>(
        `select pg_terminate_backend(pid) as cut from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      cuts += rows.length;
      await Bun.sleep(CUT_MS);
    }
    return cuts;
  }

  async produce(round: number, count: number): Promise<void> {
    const ids = Array.from({ length: count }, (_, n) => `short-${round}-${n}`);
    for (let at = 0; at < ids.length; at += 10) {
      const some = ids.slice(at, at + 10);
      await Promise.all(some.map((id) => this.#enqueue(id, "short")));
    }
  }

  /** A worker is stopped past its lease; another one has the job when it goes on and says that it is done. */
  async stopAndGoOn(id: string): Promise<void> {
    await this.#enqueue(id, "held-stopped");
    await this.#line({ node: "stopped", what: "leased", id });
    this.#workers.get("stopped")?.kill("SIGSTOP");
    await this.start("next", LONG_MS, ["held-stopped"]);
    const { token } = await this.#line({ node: "next", what: "leased", id });
    this.#release(id, token - 1);
    this.#workers.get("stopped")?.kill("SIGCONT");
    await until("the late worker is answered", async () =>
      this.#lines().some((line) => line.id === id && line.what !== "leased"),
    );
    await this.#finish(id);
    await this.#end("next");
  }

  /** A worker is killed, and takes back its own when it begins again; another one has a job meanwhile. */
  async killAndStart(id: string, other: string): Promise<void> {
    await Promise.all([this.#enqueue(id, "held-killed"), this.#enqueue(other, "held-well")]);
    const first = await this.#line({ node: "killed", what: "leased", id });
    const well = await this.#line({ node: "well", what: "leased", id: other });
    await this.#end("killed");
    await this.start("killed", LONG_MS, ["short", "held-killed"]);
    await until("it is leased again", async () =>
      this.#lines().find((line) => line.id === id && line.token > first.token),
    );
    this.#release(other, well.token);
    await this.#finish(id);
    await until("the other one is answered", async () =>
      this.#lines().some((line) => line.id === other && line.what !== "leased"),
    );
    await this.#finish(other);
  }

  async verdict(): Promise<Verdict & { readonly confirmed: number }> {
    await until("all is done", async () => {
      const { queued, running } = (await this.#queue.stats("q")).depth;
      return queued + running === 0;
    });
    for (const node of [...this.#workers.keys()]) await this.#end(node);
    const jobs = new Map<string, EndedJob>();
    for (const id of this.#confirmed) {
      const record = await this.#queue.get("q", id);
      const events = await Array.fromAsync(this.#queue.events("q", id, { from: 1 }));
      jobs.set(id, { record, events });
    }
    const history = { confirmed: this.#confirmed, jobs, lines: this.#lines() };
    return { ...judge({ ...history, well: new Set(["well"]) }), confirmed: this.#confirmed.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isOver = true;
    for (const node of [...this.#workers.keys()]) await this.#end(node);
    await this.#queue[Symbol.asyncDispose]();
    await this.#client[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }

  async #enqueue(id: string, kind: string): Promise<void> {
    await this.#queue.enqueue("q", id, { id, kind, maxAttempts: 1000 });
    this.#confirmed.push(id);
  }

  /** Lets the worker that leased it with this token say that it is done. */
  #release(id: string, token: number): void {
    writeFileSync(join(this.#folder, `${id}.${token}`), "");
  }

  async #end(node: string): Promise<void> {
    const worker = this.#workers.get(node);
    this.#workers.delete(node);
    worker?.kill("SIGKILL");
    await worker?.exited;
  }

  /** Lets each worker that has a job say that it is done: where it was robbed of it, it leases the job once more. */
  async #finish(id: string): Promise<void> {
    await until(`${id} is done`, async () => {
      for (const line of this.#lines()) if (line.id === id) this.#release(id, line.token);
      return (await this.#queue.get("q", id))?.state === "done";
    });
  }

  async #line(wanted: Omit<WorkerLine, "token">): Promise<WorkerLine> {
    return await until(`${wanted.node} has ${wanted.what} ${wanted.id}`, async () =>
      this.#lines().find(
        ({ node, what, id }) => node === wanted.node && what === wanted.what && id === wanted.id,
      ),
    );
  }

  #lines(): readonly WorkerLine[] {
    const text = readFileSync(join(this.#folder, "lines"), "utf8");
    // The last one may be half written.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
    return whole.filter((line) => line !== "").map((line): WorkerLine => JSON.parse(line));
  }
}

/** Takes a condition out of a function of the server. */
export async function leaveOut(client: PgClient, name: string, condition: string): Promise<void> {
  const [row] = await client.query<{ readonly text: string }>(
    "select pg_get_functiondef($1::text::regproc) as text",
    [name],
  );
  const text = row?.text ?? "";
  if (!text.includes(condition)) throw new Error(`${name} has no ${condition}`);
  await client.query(text.replace(condition, ""));
}
