/** An owner of rooms that is frozen past its locks, and goes on; and one that is killed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "#core/journal.ts";
import { OwnedRooms } from "#home/postgres/owned-rooms.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import type { RoomWriterOptions, WriterLine } from "../fixtures/room-writer.ts";
import type { PgCluster } from "../postgres-cluster.ts";
import { leaveOut } from "../queue/chaos.ts";
import { until } from "../until.ts";
import { notice } from "./conformance-bench.ts";
import { FENCE } from "./room-chaos.ts";
import { type ConfirmedLine, judgeRooms, type RoomVerdict } from "./room-history.ts";

const WRITER = join(import.meta.dir, "../fixtures/room-writer.ts");
const ROOMS = ["r0", "r1"];

export interface FrozenOptions {
  /** How long a room stays with a node that is not heard of, in milliseconds. */
  readonly ttlMs: number;
  /** The owner is frozen for as long at least, in milliseconds. */
  readonly frozenMs: number;
  /** Lines of each owner in each room. */
  readonly lines: number;
  /** Takes the fence out of the server's function: then the judge must find fault. @default false */
  readonly withoutFence?: boolean;
}

export interface FrozenResult extends RoomVerdict {
  readonly confirmed: number;
  /** Rooms in which the late owner was turned away. */
  readonly refused: number;
}

export async function frozenOwner(
  cluster: PgCluster,
  options: FrozenOptions,
): Promise<FrozenResult> {
  await using client = await cluster.client();
  if (options.withoutFence === true) {
    for (const part of FENCE) await leaveOut(client, "journal_append", part);
  }
  await using run = new Run(cluster, client, options);
  const late = await run.start("late");
  late.kill("SIGSTOP");
  const thawed = Bun.sleep(options.frozenMs);
  await run.takeOver("next");
  await thawed;
  const { length } = run.lines;
  late.kill("SIGCONT");
  await until("the late owner is answered", async () => {
    const since = run.lines.slice(length).map(({ room }) => room);
    return new Set(since).size === ROOMS.length;
  });
  const killed = await run.start("killed");
  killed.kill("SIGKILL");
  await run.takeOver("last");
  return { ...(await run.verdict()), refused: run.lines.filter(isRefused).length };
}

class Run implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "org-frozen-"));
  readonly #file = join(this.#folder, "lines");
  readonly #cluster: PgCluster;
  readonly #client: PgClient;
  readonly #options: FrozenOptions;
  readonly #writers: Bun.Subprocess[] = [];
  readonly #confirmed: ConfirmedLine[] = [];

  constructor(cluster: PgCluster, client: PgClient, options: FrozenOptions) {
    this.#cluster = cluster;
    this.#client = client;
    this.#options = options;
    writeFileSync(this.#file, "");
  }

  /** @returns an owner that has written its lines into each room, and goes on. */
  async start(node: string): Promise<Bun.Subprocess> {
    const { ttlMs, lines } = this.#options;
    const { schema } = this.#client;
    const options: RoomWriterOptions = {
      ...{ url: this.#cluster.url(), schema, node, rooms: ROOMS, ttlMs, file: this.#file },
    };
    const command = [process.execPath, WRITER, JSON.stringify(options)];
    const writer = Bun.spawn(command, { stdout: "ignore", stderr: "inherit" });
    this.#writers.push(writer);
    await until(`${node} has written`, async () => {
      const own = this.lines.filter(({ key }) => key.startsWith(`${node} `));
      return ROOMS.every((one) => own.filter(({ room }) => room === one).length >= lines);
    });
    return writer;
  }

  /** Another node takes each room when it is free, and writes into it. */
  async takeOver(node: string): Promise<void> {
    const { ttlMs, lines } = this.#options;
    const journal = await openPgJournal({ client: this.#client });
    await using rooms = new OwnedRooms({ journal, client: this.#client, node, ttlMs });
    const write = async (room: string): Promise<void> => {
      for (let line = 1; line <= lines; line += 1) {
        const key = `${node} ${room} ${line}`;
        const { seq } = await rooms.append(room, { key, event: notice(key) });
        this.#confirmed.push({ room, key, seq });
      }
    };
    await Promise.all(ROOMS.map(write));
  }

  async verdict(): Promise<RoomVerdict & { readonly confirmed: number }> {
    const told = this.lines.flatMap(({ room, key, seq }) =>
      seq === undefined ? [] : [{ room, key, seq }],
    );
    const confirmed = [...this.#confirmed, ...told];
    const rooms = new Map<string, readonly Entry[]>();
    await using journal = await openPgJournal({ client: this.#client });
    for (const room of ROOMS) rooms.set(room, await Array.fromAsync(journal.read(room, 1)));
    // Of a process that was killed it is not known what it tried last.
    const tried = new Set([...rooms.values()].flat().map(({ key }) => key));
    const ownerOf = (key: string): string => key.split(" ")[0] ?? "";
    return { ...judgeRooms({ confirmed, tried, rooms, ownerOf }), confirmed: confirmed.length };
  }

  /** What the owners of their own processes were told. */
  get lines(): readonly WriterLine[] {
    const text = readFileSync(this.#file, "utf8");
    // The last one may be half written.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
    return whole.filter((line) => line !== "").map((line): WriterLine => JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const writer of this.#writers) {
      writer.kill("SIGKILL");
      await writer.exited;
    }
    rmSync(this.#folder, { recursive: true });
  }
}

function isRefused({ seq }: WriterLine): boolean {
  return seq === undefined;
}
