/**
 * Three nodes in network namespaces: one is cut off, one is stopped, and the third goes on with their rooms and jobs. What
 * each of them was told is judged afterwards.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "#core/journal.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { openPgQueue, type PgQueue } from "#home/postgres/pg-queue.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import type { QueueWorkerOptions, WorkerLine } from "./fixtures/queue-worker.ts";
import type { RoomWriterOptions, WriterLine } from "./fixtures/room-writer.ts";
import { FENCE } from "./journal/room-chaos.ts";
import { judgeRooms, type RoomVerdict } from "./journal/room-history.ts";
import type { NetworkNodes } from "./network-nodes.ts";
import { PgCluster } from "./postgres-cluster.ts";
import { leaveOut } from "./queue/chaos.ts";
import { type EndedJob, judge, type Verdict } from "./queue/history.ts";
import { until } from "./until.ts";

export interface PartitionOptions {
  /** How long one node is cut off, and another one stopped, at least, in milliseconds. */
  readonly cutMs: number;
  readonly frozenMs: number;
  /** How long rooms and jobs stay with a node that is not heard of, in milliseconds; less than both. */
  readonly ttlMs: number;
  /** Pause of an owner of a room between two lines, in milliseconds. @default 20 */
  readonly pauseMs?: number;
  /** Takes the fences out of the server's functions: then the judges must find fault. @default false */
  readonly withoutFence?: boolean;
}

export interface PartitionResult {
  readonly rooms: RoomVerdict;
  readonly jobs: Verdict;
  /** How many lines and jobs were confirmed. */
  readonly confirmed: { readonly lines: number; readonly jobs: number };
  /** Rooms in which a late owner was turned away. */
  readonly refused: number;
}

export const NODES = ["cut", "frozen", "well"] as const;
type Node = (typeof NODES)[number];

/** Starts a server that takes connections on the address of a network. */
export async function clusterOn(network: NetworkNodes): Promise<PgCluster> {
  return await PgCluster.start({
    settings: [`listen_addresses = '127.0.0.1,${network.address}'`],
    access: ["127.0.0.1/32", network.range].map((from) => `host all all ${from} scram-sha-256`),
  });
}

const ROOMS: Readonly<Record<Exclude<Node, "well">, readonly string[]>> = {
  cut: ["r0", "r1"],
  frozen: ["r2", "r3"],
};
const ALL_ROOMS = Object.values(ROOMS).flat();
/** Lines that each owner writes into each room at least. */
const LINES = 50;
/** Jobs that are enqueued at once, and the pause behind them in milliseconds. */
const AT_ONCE = 5;
const PAUSE_MS = 100;
const PROGRAMS = join(import.meta.dir, "fixtures");

/** @param cluster of {@link clusterOn}. */
export async function partition(
  cluster: PgCluster,
  network: NetworkNodes,
  options: PartitionOptions,
): Promise<PartitionResult> {
  await using client = await cluster.client();
  if (options.withoutFence === true) {
    for (const part of FENCE) await leaveOut(client, "journal_append", part);
    await leaveOut(client, "queue_work", " or j.token <> (op->>3)::bigint");
  }
  await using queue = await openPgQueue({ client, node: "producer" });
  await using run = new Run({ cluster, network, options, client, queue });
  await run.begin();
  const producing = run.produce();
  await network.cut("cut");
  run.signal("frozen", "SIGSTOP");
  const [cut, frozen] = [Bun.sleep(options.cutMs), Bun.sleep(options.frozenMs)];
  // On a busy machine the third node may need longer: the others are late only once it has what was theirs.
  await run.takeOver();
  await Promise.all([
    frozen.then(() => run.signal("frozen", "SIGCONT")),
    cut.then(() => network.mend("cut")),
  ]);
  await run.lateOnesAreAnswered();
  run.isOver = true;
  await producing;
  return await run.result();
}

interface RunOptions {
  readonly cluster: PgCluster;
  readonly network: NetworkNodes;
  readonly options: PartitionOptions;
  readonly client: PgClient;
  readonly queue: PgQueue;
}

class Run implements AsyncDisposable {
  isOver: boolean = false;
  readonly #about: RunOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "org-partition-"));
  readonly #processes = new Map<Bun.Subprocess, Node>();
  readonly #enqueued: string[] = [];

  constructor(about: RunOptions) {
    this.#about = about;
    for (const name of ["lines", "rooms"]) writeFileSync(join(this.#folder, name), "");
  }

  /** Until the two that will be late have rooms, and a job each that they will end late. */
  async begin(): Promise<void> {
    for (const node of NODES) this.#work(node, node, ["short", `held-${node}`]);
    for (const [node, rooms] of Object.entries(ROOMS)) {
      this.#write(node === "cut" ? "cut" : "frozen", node, rooms);
      await this.#enqueue(`held-${node}`, `held-${node}`);
    }
    await until("all have rooms and jobs", async () => {
      const counts = ALL_ROOMS.map((one) => this.#lines.filter(({ room }) => room === one).length);
      const held = ["cut", "frozen"].map((node) => this.#jobLine(node, `held-${node}`));
      return counts.every((count) => count >= LINES) && held.every((line) => line !== undefined);
    });
  }

  /** The third node gets all rooms and jobs, while the others are away. */
  async takeOver(): Promise<void> {
    this.#write("well", "next", ALL_ROOMS);
    this.#work("well", "next", ["held-cut", "held-frozen"]);
    await until("the third node has all rooms", async () => {
      const own = this.#lines.filter(({ key }) => key.startsWith("next "));
      return ALL_ROOMS.every((one) => own.filter(({ room }) => room === one).length >= LINES);
    });
    await until("the third node has all jobs", async () =>
      ["held-cut", "held-frozen"].every((id) => this.#jobLine("next", id) !== undefined),
    );
  }

  async lateOnesAreAnswered(): Promise<void> {
    for (const node of ["cut", "frozen"]) this.#release(node, `held-${node}`);
    await until("late workers are answered", async () =>
      ["cut", "frozen"].every((node) => this.#jobLine(node, `held-${node}`, "answered")),
    );
    for (const node of ["cut", "frozen"]) this.#release("next", `held-${node}`);
    const { withoutFence = false } = this.#about.options;
    await until("late owners are answered", async () => {
      const late = this.#lines.filter(({ key }) => !key.startsWith("next "));
      if (withoutFence) return staleRooms(this.#lines).size === ALL_ROOMS.length;
      return late.filter(({ seq }) => seq === undefined).length === ALL_ROOMS.length;
    });
  }

  signal(wanted: Node, name: NodeJS.Signals): void {
    for (const [one, node] of this.#processes) if (node === wanted) one.kill(name);
  }

  async produce(): Promise<void> {
    for (let count = 0; !this.isOver; count += AT_ONCE) {
      const ids = Array.from({ length: AT_ONCE }, (_, index) => `short-${count + index}`);
      await Promise.all(ids.map((id) => this.#enqueue(id, "short")));
      await Bun.sleep(PAUSE_MS);
    }
  }

  async result(): Promise<PartitionResult> {
    const { client, queue } = this.#about;
    await until("all jobs are done", async () => {
      const { queued, running } = (await queue.stats("q")).depth;
      return queued + running === 0;
    });
    await this.#end();
    const lines = this.#lines;
    const confirmed = lines.flatMap(({ room, key, seq }) =>
      seq === undefined ? [] : [{ room, key, seq }],
    );
    const rooms = new Map<string, readonly Entry[]>();
    await using journal = await openPgJournal({ client });
    for (const room of ALL_ROOMS) rooms.set(room, await Array.fromAsync(journal.read(room, 1)));
    // Of a process that is ended in the middle of a line it is not known that it tried it.
    const tried = new Set([...rooms.values()].flat().map(({ key }) => key));
    const jobs = new Map<string, EndedJob>();
    for (const id of this.#enqueued) {
      const record = await queue.get("q", id);
      jobs.set(id, { record, events: await Array.fromAsync(queue.events("q", id, { from: 1 })) });
    }
    const told = { lines: this.#jobLines, well: new Set(["well", "next"]) };
    return {
      rooms: judgeRooms({ confirmed, tried, rooms, ownerOf }),
      jobs: judge({ ...told, confirmed: this.#enqueued, jobs }),
      confirmed: { lines: confirmed.length, jobs: this.#enqueued.length },
      refused: lines.length - confirmed.length,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isOver = true;
    await this.#end();
    rmSync(this.#folder, { recursive: true });
  }

  #work(node: Node, name: string, only: readonly string[]): void {
    const { client, options } = this.#about;
    const about: QueueWorkerOptions = {
      ...{ url: this.#url, schema: client.schema, node: name, only, clockMs: 0 },
      ...{ folder: this.#folder, leaseMs: name === "next" ? 600_000 : options.ttlMs },
    };
    this.#start(node, "queue-worker.ts", about);
  }

  #write(node: Node, name: string, rooms: readonly string[]): void {
    const { client, options } = this.#about;
    const about: RoomWriterOptions = {
      ...{ url: this.#url, schema: client.schema, node: name, rooms, ttlMs: options.ttlMs },
      ...{ file: join(this.#folder, "rooms"), pauseMs: options.pauseMs ?? 20 },
    };
    this.#start(node, "room-writer.ts", about);
  }

  #start(node: Node, program: string, about: object): void {
    const words = [process.execPath, join(PROGRAMS, program), JSON.stringify(about)];
    const command = this.#about.network.command(node, words);
    this.#processes.set(Bun.spawn(command, { stdout: "ignore", stderr: "inherit" }), node);
  }

  get #url(): string {
    const { cluster, network } = this.#about;
    return cluster.url().replace("127.0.0.1", network.address);
  }

  async #enqueue(id: string, kind: string): Promise<void> {
    await this.#about.queue.enqueue("q", id, { id, kind, maxAttempts: 1000 });
    this.#enqueued.push(id);
  }

  /** Lets a worker say that it has done what it leased first. */
  #release(node: string, id: string): void {
    const token = this.#jobLine(node, id)?.token;
    appendFileSync(join(this.#folder, `${id}.${token}`), "");
  }

  #jobLine(node: string, id: string, what: "leased" | "answered" = "leased") {
    return this.#jobLines.find(
      (line) =>
        line.node === node && line.id === id && (line.what === "leased") === (what === "leased"),
    );
  }

  get #jobLines(): readonly WorkerLine[] {
    return linesOf<WorkerLine>(join(this.#folder, "lines"));
  }

  get #lines(): readonly WriterLine[] {
    return linesOf<WriterLine>(join(this.#folder, "rooms"));
  }

  async #end(): Promise<void> {
    for (const one of this.#processes.keys()) {
      one.kill("SIGKILL");
      await one.exited;
    }
    this.#processes.clear();
  }
}

/** Rooms in which an owner that came before was told that its line counts behind a line of the newer one. */
function staleRooms(lines: readonly WriterLine[]): ReadonlySet<string> {
  const last = new Map<string, number>();
  return new Set(
    lines.flatMap(({ room, key, seq = 0 }) => {
      if (key.startsWith("next ")) last.set(room, Math.max(seq, last.get(room) ?? 0));
      return !key.startsWith("next ") && seq > (last.get(room) ?? seq) ? [room] : [];
    }),
  );
}

function ownerOf(key: string): string {
  return key.split(" ")[0] ?? "";
}

/** The last one may be half written. */
function linesOf<Line>(path: string): readonly Line[] {
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return whole.filter((line) => line !== "").map((line): Line => JSON.parse(line));
}
