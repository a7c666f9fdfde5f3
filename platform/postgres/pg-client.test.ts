import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { explain, type OrgError } from "#core/errors.ts";
import { makeCertificate } from "#test/certificate.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { PostgresProxy } from "#test/postgres-proxy.ts";
import { until } from "#test/until.ts";
import { readDatabaseUrls } from "./database-url.ts";
import { migrate } from "./migrations.ts";
import { PgClient, type PgClientOptions } from "./pg-client.ts";

let cluster: PgCluster;

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => await cluster[Symbol.asyncDispose]());

function open(url: string, options: Partial<PgClientOptions> = {}): Promise<PgClient> {
  return PgClient.open({ servers: readDatabaseUrls(url, "ORG_DB"), ...options });
}

async function refusalOf(url: string): Promise<OrgError> {
  const refused = await open(url).catch((error: OrgError) => error);
  if (refused instanceof PgClient) throw new Error("It was let in");
  return refused;
}

describe("a server that cannot be used", () => {
  test("a wrong password is said, and shown nowhere", async () => {
    const refused = await refusalOf(cluster.url({ password: "hunter2-hunter2" }));
    expect(refused).toMatchObject({
      code: "DATABASE_REFUSED",
      why: expect.stringMatching(/^28P01/),
    });
    expect(explain(refused, true)).not.toContain("hunter2");
    expect(explain(refused, true)).not.toContain(cluster.url());
  });

  test("a server that says the password back is not repeated", async () => {
    // As the name of a database the password stands in the server's own words.
    const url = cluster.url({ database: "geheim-2319" });
    const refused = await refusalOf(url);
    expect(refused).toMatchObject({
      code: "DATABASE_REFUSED",
      why: '3D000: database "***" does not exist',
    });
  });

  test("a wrong database is said", async () => {
    expect(await refusalOf(cluster.url({ database: "nowhere" }))).toMatchObject({
      code: "DATABASE_REFUSED",
      why: '3D000: database "nowhere" does not exist',
      remedies: [expect.stringContaining("createdb")],
    });
  });

  test("a port on which nothing listens is said, with what to ask", async () => {
    using proxy = new PostgresProxy(cluster.port);
    const { port } = proxy;
    proxy[Symbol.dispose]();
    expect(await refusalOf(cluster.url({ port }))).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      message: `PostgreSQL at 127.0.0.1:${port}/postgres does not answer`,
      remedies: [expect.stringContaining(`pg_isready -h 127.0.0.1 -p ${port}`)],
    });
  });

  test("TLS that only we require is said", async () => {
    expect(await refusalOf(`${cluster.url()}?sslmode=require`)).toMatchObject({
      code: "DATABASE_REFUSED",
      remedies: [expect.stringContaining("sslmode")],
    });
  });

  test("a primary that is read-only is said, and opened for writing it is used", async () => {
    const admin = await open(cluster.url());
    await admin.query("create database frozen");
    await admin.query("alter database frozen set default_transaction_read_only = on");
    const url = cluster.url({ database: "frozen" });
    expect(await refusalOf(url)).toMatchObject({ code: "DATABASE_READ_ONLY" });
    await admin.query("alter database frozen reset default_transaction_read_only");
    await using client = await open(url);
    expect(await client.serverName()).toEndWith("/frozen");
    await admin[Symbol.asyncDispose]();
  });
});

describe("a server with TLS", () => {
  let secured: PgCluster;
  let certificate: string;

  beforeAll(async () => {
    const made = makeCertificate("localhost");
    secured = await PgCluster.start({
      settings: ["ssl = on", "ssl_cert_file = 'tls.cert'", "ssl_key_file = 'tls.key'"],
      access: ["hostssl all all 127.0.0.1/32 scram-sha-256"],
      prepare: async (one) => {
        certificate = one.write("tls.cert", made.cert);
        one.write("tls.key", made.key);
      },
    });
  });

  afterAll(async () => await secured[Symbol.asyncDispose]());

  const encrypted = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
  const named = () => secured.url().replace("127.0.0.1", "localhost");

  test.each(["", "?sslmode=prefer", "?sslmode=require"])(
    "is used encrypted with %j",
    async (how) => {
      await using client = await open(`${secured.url()}${how}`);
      expect([...(await client.query(encrypted))]).toEqual([{ ssl: true }]);
    },
  );

  test("is known by its certificate and its name", async () => {
    const trusted = `?sslmode=verify-full&sslrootcert=${certificate}`;
    await using client = await open(`${named()}${trusted}`);
    expect([...(await client.query(encrypted))]).toEqual([{ ssl: true }]);
    expect(await refusalOf(`${secured.url()}${trusted}`)).toMatchObject({
      code: "DATABASE_REFUSED",
    });
    expect(await refusalOf(`${named()}?sslmode=verify-full`)).toMatchObject({
      code: "DATABASE_REFUSED",
      remedies: [expect.stringContaining("sslrootcert=/PATH")],
    });
  });

  test("that is required refuses who comes without", async () => {
    expect(await refusalOf(`${secured.url()}?sslmode=disable`)).toMatchObject({
      code: "DATABASE_REFUSED",
      why: expect.stringContaining("no encryption"),
      remedies: [expect.stringContaining("sslmode=require")],
    });
  });
});

test("a user who may not make tables is told which right is missing", async () => {
  await using admin = await open(cluster.url());
  await admin.query("create role guest login password 'guest-2319'");
  await using guest = await open(cluster.url({ user: "guest", password: "guest-2319" }));
  const step = { name: "first", sql: async () => "create table a (n int)" };
  await expect(migrate(guest, [step])).rejects.toMatchObject({
    code: "DATABASE_REFUSED",
    remedies: [expect.stringContaining("GRANT CREATE")],
  });
});

describe("a call", () => {
  test("gives rows, and numbers to the last digit", async () => {
    await using client = await open(cluster.url());
    const rows = await client.query("select $1::text::bigint::text as n, $2::text as t", [
      "9007199254740993",
      null,
    ]);
    expect([...rows]).toEqual([{ n: "9007199254740993", t: null }]);
  });

  test("that the server refuses is not asked again", async () => {
    await using client = await open(cluster.url());
    const failed = client.query("select 1 / $1::text::int", ["0"]);
    await expect(failed).rejects.toMatchObject({
      code: "DATABASE_FAILED",
      why: "22012: division by zero",
    });
    expect(client.retried).toBe(0);
  });

  test("whose connection is cut is asked again", async () => {
    using proxy = new PostgresProxy(cluster.port);
    await using client = await open(cluster.url({ port: proxy.port }));
    const slow = client.query<{ a: string }>("select pg_sleep(0.3), 'answer' as a");
    await until("it runs", async () => await isRunning("pg_sleep(0.3)"));
    proxy.cut();
    expect((await slow)[0]?.a).toBe("answer");
    expect(client.retried).toBeGreaterThan(0);
  });

  test("whose packets vanish has an end, and the next one goes another way", async () => {
    using proxy = new PostgresProxy(cluster.port);
    await using client = await open(cluster.url({ port: proxy.port }), { deadlineMs: 2000 });
    proxy.deaf = true;
    const answer = client.query<{ a: number }>("select 1 as a");
    await until("the first try is given up", async () => client.retried > 0);
    proxy.deaf = false;
    expect((await answer)[0]?.a).toBe(1);
  });

  test("that is never answered ends with the last word on it", async () => {
    using proxy = new PostgresProxy(cluster.port);
    // Also what opening it has: a busy machine must answer within that.
    const patience = { deadlineMs: 2000, patienceMs: 100 };
    await using client = await open(cluster.url({ port: proxy.port }), patience);
    proxy.deaf = true;
    await expect(client.query("select 1")).rejects.toMatchObject({
      code: "DATABASE_UNREACHABLE",
      why: expect.stringContaining("no answer within 2000 ms"),
    });
    proxy.deaf = false;
  });
});

test("closing has an end, though the packets vanish", async () => {
  using proxy = new PostgresProxy(cluster.port);
  const client = await open(cluster.url({ port: proxy.port }), { deadlineMs: 60_000 });
  proxy.deaf = true;
  const lost = client.query("select 1").catch((error: OrgError) => error.code);
  await client[Symbol.asyncDispose]();
  expect(await lost).toBe("DATABASE_UNREACHABLE");
  await expect(client.query("select 1")).rejects.toMatchObject({ code: "DATABASE_FAILED" });
});

describe("of several servers", () => {
  test("the first that takes writes is used, and none of the others is an error", async () => {
    using proxy = new PostgresProxy(cluster.port);
    const { port: closed } = proxy;
    proxy[Symbol.dispose]();
    const urls = `${cluster.url({ port: closed })},${cluster.url()}`;
    await using client = await open(urls);
    expect(await client.serverName()).toBe(`127.0.0.1:${cluster.port}/postgres`);
  });

  test("all are named when none can be used", async () => {
    using proxy = new PostgresProxy(cluster.port);
    const { port: closed } = proxy;
    proxy[Symbol.dispose]();
    const urls = `${cluster.url({ port: closed })},${cluster.url({ database: "nowhere" })}`;
    const refused = await refusalOf(urls);
    expect(refused).toMatchObject({ code: "DATABASE_UNREACHABLE" });
    expect(refused.why).toContain(`127.0.0.1:${closed}/postgres`);
    expect(refused.why).toContain('database "nowhere" does not exist');
  });

  test("the next one is found when the first one stops to take writes", async () => {
    const admin = await open(cluster.url());
    await admin.query("create database first");
    await admin.query("create database second");
    const urls = ["first", "second"].map((database) => cluster.url({ database })).join(",");
    await using client = await open(urls);
    expect(await client.serverName()).toEndWith("/first");
    await admin.query("alter database first set default_transaction_read_only = on");
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'first'",
    );
    await client.query("create table public.written (at int)");
    expect(await client.serverName()).toEndWith("/second");
    await admin[Symbol.asyncDispose]();
  });
});

describe("a subscription", () => {
  test("hears what is notified, and begins again when it is cut", async () => {
    using proxy = new PostgresProxy(cluster.port);
    await using client = await open(cluster.url({ port: proxy.port }));
    const heard: string[] = [];
    let beginnings = 0;
    await using _subscription = client.listen("news", {
      onNotify: (payload) => heard.push(payload),
      onListen: () => {
        beginnings += 1;
      },
    });
    const tell = (payload: string) => client.query("select pg_notify('news', $1::text)", [payload]);
    await until("it listens", async () => beginnings === 1);
    await tell("one");
    await until("it has heard", async () => heard.includes("one"));
    proxy.cut();
    await until("it listens again", async () => beginnings === 2);
    await tell("two");
    await until("it has heard again", async () => heard.includes("two"));
    expect(heard).toEqual(["one", "two"]);
  });

  test("shares its connection with all others of the client, also with those that come later", async () => {
    await using client = await open(cluster.url(), { application: "org shared", connections: 1 });
    const heard: string[] = [];
    const hear = async (channel: string) => {
      const begun = Promise.withResolvers<void>();
      const onNotify = (payload: string) => heard.push(`${channel}: ${payload}`);
      const subscription = client.listen(channel, { onNotify, onListen: begun.resolve });
      await begun.promise;
      return subscription;
    };
    await using _news = await hear("news");
    const again = await hear("news");
    await using _weather = await hear("weather");
    expect(await connectionsOf("org shared")).toBe(2);
    await again[Symbol.asyncDispose]();
    await client.query("select pg_notify('news', 'one'), pg_notify('weather', 'two')");
    await until("it has heard", async () => heard.length === 2);
    expect(heard).toEqual(["news: one", "weather: two"]);
  });

  test("is begun anew for the first one that comes after the last one has left", async () => {
    await using client = await open(cluster.url());
    for (const _round of [1, 2]) {
      const begun = Promise.withResolvers<void>();
      const about = { onNotify: () => undefined, onListen: begun.resolve };
      await using _subscription = client.listen("news", about);
      await begun.promise;
    }
  });

  test("ends with the client", async () => {
    const client = await open(cluster.url(), { application: "org ended" });
    client.listen("news", { onNotify: () => undefined, onListen: () => undefined });
    await client[Symbol.asyncDispose]();
    await until("the server has let it go", async () => !(await isConnected("org ended")));
  });
});

async function isRunning(text: string): Promise<boolean> {
  await using admin = await open(cluster.url());
  const [row] = await admin.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where state = 'active' and query like $1::text and pid <> pg_backend_pid()",
    [`%${text}%`],
  );
  return (row?.n ?? 0) > 0;
}

async function isConnected(application: string): Promise<boolean> {
  return (await connectionsOf(application)) > 0;
}

async function connectionsOf(application: string): Promise<number> {
  await using admin = await open(cluster.url());
  const [row] = await admin.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where application_name = $1::text",
    [application],
  );
  return row?.n ?? 0;
}
