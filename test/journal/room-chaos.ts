/** Nodes that write into the same rooms while connections are cut, nodes are cut off, and the server is killed. */
import type { Entry } from "#core/journal.ts";
import { OwnedRooms } from "#home/postgres/owned-rooms.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import type { PgCluster } from "../postgres-cluster.ts";
import { PostgresProxy } from "../postgres-proxy.ts";
import { leaveOut } from "../queue/chaos.ts";
import { until } from "../until.ts";
import { notice } from "./conformance-bench.ts";
import { type ConfirmedLine, judgeRooms, type RoomVerdict } from "./room-history.ts";

export interface RoomChaosOptions {
  /** How often a node is cut off past its locks, and the server killed. */
  readonly rounds: number;
  /** Lines that are confirmed between two of them. */
  readonly lines: number;
  /** Takes the fence out of the server's function: then the judge must find fault. @default false */
  readonly withoutFence?: boolean;
}

export interface RoomChaosResult extends RoomVerdict {
  readonly confirmed: number;
  /** Lines of nodes that had lost their rooms, and were told so. */
  readonly refused: number;
  readonly cuts: number;
}

const NODES = ["a", "b", "c"];
const ROOMS = ["r0", "r1", "r2", "r3"];
/** How long a room stays with a node that is not heard of, in milliseconds. */
const TTL_MS = 300;
/** Lines of an owner, after which it gives the room to another one. */
const LINES = 20;
/** Pause between two cuts, in milliseconds. */
const CUT_MS = 300;

/** What turns a late owner away. */
export const FENCE: readonly string[] = [
  "if l.owner is null or l.expires_at <= at_ then return json_build_object('fenced', null); end if;",
  "if l.token <> (op->>6)::bigint then return json_build_object('fenced', l.owner); end if;",
];

export async function roomChaos(
  cluster: PgCluster,
  { rounds, lines, withoutFence = false }: RoomChaosOptions,
): Promise<RoomChaosResult> {
  await using look = await cluster.client();
  for (const part of withoutFence ? FENCE : []) await leaveOut(look, "journal_append", part);
  const book = new Book();
  const nodes = await Promise.all(
    NODES.map(async (name) => await Node.start({ name, cluster, schema: look.schema, book })),
  );
  const over = new AbortController();
  const cutting = cutAgainAndAgain(nodes, over.signal);
  for (let round = 0; round < rounds; round += 1) {
    await book.more(lines);
    await nodes[round % nodes.length]?.isCutOff();
    await cluster.stop("SIGQUIT");
    await cluster.restart();
  }
  await book.more(lines);
  over.abort();
  const cuts = await cutting;
  await Promise.all(nodes.map((node) => node.end()));
  const verdict = judgeRooms({ ...book, rooms: await entriesOf(look), ownerOf });
  return { ...verdict, confirmed: book.confirmed.length, refused: book.refused, cuts };
}

/** What all nodes were told. */
class Book {
  readonly confirmed: ConfirmedLine[] = [];
  readonly tried: Set<string> = new Set();
  refused: number = 0;

  /** Resolves once so many more lines are confirmed. */
  async more(lines: number): Promise<void> {
    const wanted = this.confirmed.length + lines;
    await until(`${lines} more lines`, async () => this.confirmed.length >= wanted);
  }
}

interface NodeOptions {
  readonly name: string;
  readonly cluster: PgCluster;
  readonly schema: string;
  readonly book: Book;
}

/** Writes into every room that it gets; what it lost it gets again as if it had been started anew. */
class Node {
  readonly proxy: PostgresProxy;
  readonly #options: NodeOptions;
  readonly #client: PgClient;
  readonly #writing: Promise<void>[] = [];
  #isOver: boolean = false;
  #isToBeCutOff: boolean = false;

  private constructor(options: NodeOptions, proxy: PostgresProxy, client: PgClient) {
    this.#options = options;
    this.proxy = proxy;
    this.#client = client;
  }

  static async start(options: NodeOptions): Promise<Node> {
    const proxy = new PostgresProxy(options.cluster.port);
    const url = options.cluster.url({ port: proxy.port });
    const servers = readDatabaseUrls(url, "ORG_DB");
    const patience = { deadlineMs: 2000, patienceMs: 60_000 };
    const client = await PgClient.open({ servers, schema: options.schema, ...patience });
    const node = new Node(options, proxy, client);
    // One owner for each room: what happens to it in one says nothing of the others.
    for (const room of ROOMS) node.#writing.push(node.#write(room));
    return node;
  }

  /** Until other nodes have written into every room since; then it comes back, and is turned away. */
  async isCutOff(): Promise<void> {
    const { book, name } = this.#options;
    this.#isToBeCutOff = true;
    await until("it is cut off in the middle of a room", async () => this.proxy.mute);
    const { length } = book.confirmed;
    await until("others have all rooms", async () => {
      const since = book.confirmed.slice(length).filter(({ key }) => !key.startsWith(name));
      return new Set(since.map(({ room }) => room)).size === ROOMS.length;
    });
    this.proxy.mute = false;
    this.proxy.cut();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#writing);
    await this.#client[Symbol.asyncDispose]();
    this.proxy[Symbol.dispose]();
  }

  /** While it has a room in which it will go on writing. */
  #cutOffBefore(left: number): void {
    if (!this.#isToBeCutOff || left === 0) return;
    this.#isToBeCutOff = false;
    this.proxy.mute = true;
  }

  async #write(room: string): Promise<void> {
    const { name, book } = this.#options;
    const client = this.#client;
    for (let life = 1; !this.#isOver; life += 1) {
      const journal = await openPgJournal({ client });
      await using rooms = new OwnedRooms({
        journal,
        client,
        node: `${name}${life}`,
        ttlMs: TTL_MS,
      });
      // A few lines each, then the room is another node's.
      for (let line = 1; line <= LINES && !this.#isOver; line += 1) {
        const key = `${name}${life} ${room} ${line}`;
        book.tried.add(key);
        try {
          const { seq } = await rooms.append(room, { key, event: notice(key) });
          book.confirmed.push({ room, key, seq });
          this.#cutOffBefore(LINES - line);
        } catch (error) {
          const code: unknown = Reflect.get(Object(error), "code");
          if (code === "LOCK_HELD") book.refused += 1;
          // Whether it was written is not known, and the key says so.
          else if (code !== "DATABASE_UNREACHABLE") throw error;
          break;
        }
      }
    }
  }
}

function ownerOf(key: string): string {
  return key.split(" ")[0] ?? "";
}

async function cutAgainAndAgain(nodes: readonly Node[], signal: AbortSignal): Promise<number> {
  let cuts = 0;
  for (; !signal.aborted; cuts += 1) {
    await Bun.sleep(CUT_MS);
    nodes[cuts % nodes.length]?.proxy.cut();
  }
  return cuts;
}

async function entriesOf(client: PgClient): Promise<ReadonlyMap<string, readonly Entry[]>> {
  await using journal = await openPgJournal({ client });
  const rooms = await journal.rooms();
  const read = rooms.map(
    async ({ room }) => [room, await Array.fromAsync(journal.read(room, 1))] as const,
  );
  return new Map(await Promise.all(read));
}
