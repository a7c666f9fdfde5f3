/** A real PostgreSQL for tests: a cluster of its own in a temporary folder, on loopback, gone with this process. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geteuid } from "node:process";
import { MIGRATIONS } from "#home/postgres/migrations.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { migrate } from "#platform/postgres/migrations.ts";
import { PgClient, type PgClientOptions } from "#platform/postgres/pg-client.ts";
import { until } from "./until.ts";

/** Of Debian's packages, the newest first. */
const FOLDERS = ["18", "17", "16", "15"].map((version) => `/usr/lib/postgresql/${version}/bin`);
/** What `initdb` made, for all runs of this checkout. */
const KEPT = join(import.meta.dir, "../node_modules/.cache");
const PASSWORD = "geheim-2319";

export interface ClusterOptions {
  /** Lines for `postgresql.conf`. */
  readonly settings?: readonly string[];
  /** Lines for `pg_hba.conf`. @default every user of loopback with a password */
  readonly access?: readonly string[];
  /** Follows this one, and takes no writes until it is promoted. */
  readonly standbyOf?: PgCluster;
  /** The port under which it finds that one. @default its own */
  readonly via?: number;
  /** Called before the server starts: certificates in the folder of the data. */
  readonly prepare?: (cluster: PgCluster) => Promise<void>;
  /** Whether the disk is waited for, as in real life. @default false */
  readonly durable?: boolean;
}

/** One server; started once a test file. */
export class PgCluster implements AsyncDisposable {
  readonly folder: string;
  readonly data: string;
  readonly #options: ClusterOptions;
  readonly #bin: string;
  port: number = 0;
  #server: Bun.Subprocess | undefined;
  #schemas: number = 0;

  private constructor(options: ClusterOptions) {
    this.#options = options;
    this.#bin = binaries();
    this.folder = mkdtempSync(join(tmpdir(), "org-postgres-"));
    chmodSync(this.folder, 0o711);
    this.data = join(this.folder, "data");
    mkdirSync(this.data, { mode: 0o700 });
    giveTo(this.data);
  }

  static async start(options: ClusterOptions = {}): Promise<PgCluster> {
    const cluster = new PgCluster(options);
    try {
      await cluster.#make();
      await cluster.restart();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** @param change of what the address says, as `{ password: "wrong" }`. */
  url(change: { user?: string; password?: string; database?: string; port?: number } = {}): string {
    const { user = "org", password = PASSWORD, database = "postgres", port = this.port } = change;
    return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  }

  /** A client on a new, empty schema, or on the tables of org where `migrated`. */
  async client({ migrated = true, ...options }: ClientOptions = {}): Promise<PgClient> {
    this.#schemas += 1;
    const client = await PgClient.open({
      servers: readDatabaseUrls(this.url(), "ORG_DB"),
      schema: `test_${process.pid}_${this.#schemas}`,
      ...options,
    });
    if (migrated) await migrate(client, MIGRATIONS);
    return client;
  }

  /** Starts it, after having stopped it as `stop` does. */
  async restart(): Promise<void> {
    await this.stop();
    await until("the server starts", async () => await this.#tryToStart());
  }

  /** @param signal SIGINT cuts all connections, SIGQUIT is a crash, SIGTERM waits for them. */
  async stop(signal: "SIGINT" | "SIGQUIT" | "SIGTERM" = "SIGINT"): Promise<void> {
    this.#server?.kill(signal);
    await this.#server?.exited;
    this.#server = undefined;
  }

  /** Makes a primary of a standby. */
  async promote(): Promise<void> {
    await this.run("pg_ctl", ["promote", "-w", "-D", this.data]);
  }

  /** Puts a file into the folder of the data, which the server's user alone can read. @returns its path */
  write(name: string, text: string): string {
    const path = join(this.data, name);
    writeFileSync(path, text, { mode: 0o600 });
    giveTo(path);
    return path;
  }

  /** One program of PostgreSQL, as the user of the server. @returns what it printed. */
  async run(program: string, args: readonly string[]): Promise<string> {
    const { stdout, stderr, exited } = Bun.spawn(this.#command(program, args), {
      ...{ cwd: this.folder, env: { LC_ALL: "C", PGPASSWORD: PASSWORD }, stderr: "pipe" },
    });
    const [printed, complaints] = await Promise.all([
      new Response(stdout).text(),
      new Response(stderr).text(),
    ]);
    if ((await exited) !== 0) throw new Error(`${program} failed: ${complaints}`);
    return printed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGQUIT");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    const { prepare, settings = [], access, durable = false, standbyOf, via } = this.#options;
    if (standbyOf !== undefined) {
      const from = ["-h", "127.0.0.1", "-p", `${via ?? standbyOf.port}`, "-U", "org"];
      const how = ["-R", "-X", "stream", "-c", "fast", "--no-sync"];
      await this.run("pg_basebackup", ["-D", this.data, ...from, ...how]);
      return;
    }
    await this.#makeData();
    const speed = durable ? [] : ["fsync = off", "full_page_writes = off"];
    const small = ["shared_buffers = 32MB", "max_connections = 100", "log_min_messages = warning"];
    const place = ["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''"];
    // A connection that came while it was stopped and says nothing would keep it from ending for so long: a minute.
    const impatient = ["authentication_timeout = 2s"];
    const lines = [...impatient, ...place, ...small, ...speed, ...settings];
    writeFileSync(join(this.data, "postgresql.auto.conf"), `${lines.join("\n")}\n`);
    if (access !== undefined) {
      writeFileSync(join(this.data, "pg_hba.conf"), `${access.join("\n")}\n`);
    }
    await prepare?.(this);
  }

  /** Most of a start was `initdb`, which makes the same each time: 0.38 s of processor time, a copy 0.05. */
  async #makeData(): Promise<void> {
    const auth = ["-U", "org", "--auth=scram-sha-256"];
    const quick = ["--no-sync", "--no-instructions", "--no-locale", "-E", "UTF8"];
    const how = Bun.hash(JSON.stringify([this.#bin, geteuid?.(), PASSWORD, auth, quick]));
    const kept = join(KEPT, `org-postgres-${how}`);
    if (existsSync(kept)) return copyFolder(join(kept, "data"), this.data);
    const password = join(this.folder, "password");
    writeFileSync(password, PASSWORD);
    giveTo(password);
    await this.run("initdb", ["-D", this.data, `--pwfile=${password}`, ...auth, ...quick]);
    mkdirSync(KEPT, { recursive: true });
    const made = mkdtempSync(`${kept}-`);
    copyFolder(this.data, join(made, "data"));
    try {
      renameSync(made, kept);
    } catch {
      // Another process has made one meanwhile.
      rmSync(made, { recursive: true, force: true });
    }
  }

  /** It takes no port 0, and the one that was free a moment ago may be another's by now. */
  async #tryToStart(): Promise<boolean> {
    if (this.port === 0) this.port = freePort();
    const server = Bun.spawn(this.#command("postgres", ["-D", this.data, "-p", `${this.port}`]), {
      ...{ cwd: this.folder, env: { LC_ALL: "C" } },
      ...{ stdout: "ignore", stderr: Bun.file(join(this.folder, "log")) },
    });
    this.#server = server;
    const args = ["-h", "127.0.0.1", "-p", `${this.port}`, "-q", "-t", "5"];
    const isReady = await until("it takes connections, or ends", async () => {
      if (server.exitCode !== null) return "ended";
      const asked = Bun.spawn([join(this.#bin, "pg_isready"), ...args]);
      return (await asked.exited) === 0 && "ready";
    });
    if (isReady === "ready") return true;
    const log = await Bun.file(join(this.folder, "log")).text();
    if (!log.includes("Address already in use")) throw new Error(`PostgreSQL ended: ${log}`);
    this.port = 0;
    return false;
  }

  /** It refuses to run as root, and must not outlive a test that was killed. */
  #command(program: string, args: readonly string[]): string[] {
    const dropped =
      geteuid?.() === 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
    return ["setpriv", ...dropped, "--pdeathsig=KILL", join(this.#bin, program), ...args];
  }
}

interface ClientOptions extends Partial<PgClientOptions> {
  /** @default true */
  readonly migrated?: boolean;
}

function binaries(): string {
  const folder = FOLDERS.find((one) => Bun.which("initdb", { PATH: one }) !== null);
  if (folder === undefined) throw new Error("PostgreSQL is missing: ./ops/setup.sh --dev");
  return folder;
}

/** With owners and rights. @param to is written over where it is there. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const { success, stderr } = Bun.spawnSync(["cp", "-aT", from, to]);
  if (!success) throw new Error(`cp failed: ${stderr}`);
}

/** Asked for once: each answer is a process. */
let server: { readonly uid: number; readonly gid: number } | undefined;

/** A file or folder for the user that the server runs as. */
function giveTo(path: string): void {
  if (geteuid?.() !== 0) return;
  const idOf = (what: string) => Number(Bun.spawnSync(["id", what, "postgres"]).stdout.toString());
  server ??= { uid: idOf("-u"), gid: idOf("-g") };
  chownSync(path, server.uid, server.gid);
}

function freePort(): number {
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: () => undefined },
  });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** For conformance suites: each of their folders is an empty database, and one is used after the other. */
export class OneClient implements AsyncDisposable {
  readonly #cluster: PgCluster;
  #folder: string = "";
  #client: PgClient | undefined;

  constructor(cluster: PgCluster) {
    this.#cluster = cluster;
  }

  /** Where the folder is the same, what the engine before has left is there. */
  async of(folder: string): Promise<PgClient> {
    if (this.#client === undefined) this.#client = await this.#cluster.client();
    // Tables are emptied in a tenth of the time that it takes to make them.
    else if (folder !== this.#folder) await this.#client.query(EMPTY);
    this.#folder = folder;
    return this.#client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    this.#client = undefined;
  }
}

const EMPTY = `do $$ begin execute (
  select 'truncate ' || string_agg(format('%I', tablename), ', ') || ' restart identity'
    from pg_tables where schemaname = current_schema() and tablename <> 'migration'
); end $$`;
