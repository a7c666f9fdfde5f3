import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#test/until.ts";
import { withMoreTime } from "#test/with-more-time.ts";
import { type EgressEvent, type EgressOptions, EgressProxy } from "./proxy.ts";

let folder = "";
let echo: Server;
let port = 0;
let connections = 0;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "org-egress-"));
  connections = 0;
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    socket.on("error", () => undefined).on("close", () => (connections -= 1));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has an address with a port.
  port = (echo.address() as AddressInfo).port;
});
afterEach(() => {
  echo.close();
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, "proxy");

function openProxy(options: Partial<EgressOptions> = {}): Promise<EgressProxy> {
  return EgressProxy.open(path(), {
    hosts: ["page.example", "*.wide.example"],
    ports: [port],
    resolver: async () => ["127.0.0.1"],
    allowAddress: (address) => address === "127.0.0.1",
    ...options,
  });
}

/** Sends bytes to the proxy and returns everything that comes back until it closes. */
async function talk(text: string, more?: (socket: Socket, heard: string) => void): Promise<string> {
  const socket = connect({ path: path(), allowHalfOpen: true });
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
    more?.(socket, heard);
  });
  // A proxy that cuts what is being written resets the connection.
  socket.on("error", () => undefined);
  socket.write(text);
  await new Promise<void>((resolve) => socket.once("close", resolve).once("end", resolve));
  socket.destroy();
  return heard;
}

const connectTo = (host: string) => `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

test("opens a tunnel to a domain of the lease, and passes on what is said", async () => {
  const events: EgressEvent[] = [];
  await using proxy = await openProxy({ onEvent: (event) => events.push(event) });
  const heard = await talk(connectTo(`page.example:${port}`), (socket, soFar) => {
    if (soFar === ESTABLISHED) socket.end("hello");
  });
  expect(heard).toBe(`${ESTABLISHED}hello`);
  expect(proxy.bytes).toBe(10);
  expect(events).toEqual([{ kind: "opened", host: "page.example", port, why: undefined }]);
  await until("both sides are closed", async () => connections === 0);
});

test("what the client sends at once is passed on too, however the head is cut", async () => {
  await using proxy = await openProxy();
  const head = connectTo(`A.Wide.Example.:${port}`);
  const socket = connect({ path: path(), allowHalfOpen: true });
  let heard = "";
  const ended = new Promise((resolve) => socket.once("end", resolve));
  socket.on("data", (chunk) => {
    heard += chunk.toString();
  });
  for (const piece of [head.slice(0, 10), head.slice(10, -3), `${head.slice(-3)}early`]) {
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  socket.end();
  await ended;
  expect(heard).toBe(`${ESTABLISHED}early`);
  expect(proxy.bytes).toBe(10);
});

test("what the client sends while the name is looked up is not lost", async () => {
  const client = Promise.withResolvers<Socket>();
  const resolver = async () => {
    const socket = await client.promise;
    await new Promise<void>((resolve) => socket.end("meanwhile", () => resolve()));
    // The proxy has it now, one turn of the event loop later at most.
    await new Promise((resolve) => setImmediate(resolve));
    return ["127.0.0.1"];
  };
  await using _proxy = await openProxy({ resolver });
  const socket = connect({ path: path(), allowHalfOpen: true });
  const ended = new Promise((resolve) => socket.once("end", resolve));
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk.toString();
  });
  socket.write(connectTo(`page.example:${port}`));
  client.resolve(socket);
  await ended;
  expect(heard).toBe(`${ESTABLISHED}meanwhile`);
});

test("a tunnel lives as long as something passes through it", async () => {
  const whole = `${ESTABLISHED}......`;
  const talkFor = async (idleMs: number): Promise<string> => {
    await using _proxy = await openProxy({ limits: { idleMs } });
    let pieces = 0;
    return await talk(connectTo(`page.example:${port}`), (socket) => {
      pieces += 1;
      if (pieces > 6) socket.end();
      // The time itself is what is tested: six pauses are longer than the limit, each is shorter.
      else setTimeout(() => socket.write("."), idleMs / 4);
    });
  };
  expect(await withMoreTime(talkFor, (heard) => heard === whole)).toBe(whole);
});

test("a large answer comes whole through a client that reads slowly", async () => {
  await using _proxy = await openProxy();
  const body = "x".repeat(3_000_000);
  const heard = await talk(connectTo(`page.example:${port}`), (socket, soFar) => {
    if (soFar === ESTABLISHED) socket.end(body);
    socket.pause();
    setImmediate(() => socket.resume());
  });
  expect(heard.length).toBe(ESTABLISHED.length + body.length);
});

describe("opens no tunnel", () => {
  test.each([
    [
      "to a domain that is not allowed",
      "other.example:PORT",
      '403 "other.example" is not among the domains of this sandbox.',
    ],
    [
      "to a domain whose end only looks right",
      "notpage.example:PORT",
      '403 "notpage.example" is not among the domains of this sandbox.',
    ],
    [
      "to the domain above the star",
      "wide.example:PORT",
      '403 "wide.example" is not among the domains of this sandbox.',
    ],
    [
      "to an address",
      "127.0.0.1:PORT",
      '403 "127.0.0.1" is not among the domains of this sandbox.',
    ],
    [
      "to an address in another spelling",
      "0x7f.1:PORT",
      '403 "127.0.0.1" is not among the domains of this sandbox.',
    ],
    ["to an IPv6 address", "[::1]:PORT", '403 "::1" is not among the domains of this sandbox.'],
    ["to another port", "page.example:22", "403 Port 22 is not open for this sandbox."],
    ["without a port", "page.example", "400 A tunnel needs a host and a port."],
    [
      "to a user at a domain",
      "page.example@other.example:PORT",
      "400 A tunnel needs a host and a port.",
    ],
    ["to a domain with two ports", "page.example:1:PORT", "400 A tunnel needs a host and a port."],
    ["to a name that is none", "page..example:PORT", "400 A tunnel needs a host and a port."],
  ])("%s", async (_what, host, expected) => {
    await using _proxy = await openProxy();
    const heard = await talk(connectTo(host.replace("PORT", String(port))));
    const [head = "", body = ""] = heard.split("\r\n\r\n");
    expect(`${head.split(" ")[1]} ${body}`).toBe(`${expected}\n`);
    expect(connections).toBe(0);
  });

  test.each([
    ["GET http://page.example/ HTTP/1.1\r\n\r\n", 405],
    ["connect page.example:443 HTTP/1.1\r\n\r\n", 400],
    ["CONNECT page.example:443\r\n\r\n", 400],
    ["CONNECT page.example:443 HTTP/2\r\n\r\n", 400],
    ["CONNECT page.example:443\n HTTP/1.1\r\n\r\n", 400],
    ["\u0016\u0003\u0001\r\n\r\n", 400],
    [`CONNECT page.example:443 HTTP/1.1\r\nX: ${"a".repeat(9000)}`, 431],
    [`CONNECT page.example:443 HTTP/1.1\r\nX: ${"a".repeat(9000)}\r\n\r\n`, 431],
  ])("for %j", async (request, status) => {
    await using _proxy = await openProxy();
    expect(await talk(request)).toStartWith(`HTTP/1.1 ${status} `);
  });

  test("to a host that is not admitted when it is asked for", async () => {
    const asked: string[] = [];
    const admits = (host: string) => {
      asked.push(host);
      return false;
    };
    await using _proxy = await openProxy({ hosts: [], admits });
    const heard = await talk(connectTo(`Page.Example.:${port}`));
    expect(heard).toStartWith("HTTP/1.1 403 ");
    expect(connections).toBe(0);
    expect(asked).toEqual(["page.example"]);
  });

  test("when nothing is allowed", async () => {
    await using _proxy = await openProxy({ hosts: [] });
    expect(await talk(connectTo(`page.example:${port}`))).toStartWith("HTTP/1.1 403 ");
  });

  test("when any address of the name is not public", async () => {
    const events: EgressEvent[] = [];
    await using _proxy = await openProxy({
      resolver: async () => ["127.0.0.1", "169.254.169.254"],
      onEvent: (event) => events.push(event),
    });
    const heard = await talk(connectTo(`page.example:${port}`));
    expect(heard).toContain('Wall "address": "page.example" leads to 169.254.169.254');
    expect(events).toEqual([
      { kind: "refused", host: "page.example", port, why: expect.stringContaining("169.254") },
    ]);
    expect(connections).toBe(0);
  });

  test("where no process listens", async () => {
    await using _proxy = await openProxy({ ports: [1] });
    const heard = await talk(connectTo("page.example:1"));
    expect(heard).toStartWith("HTTP/1.1 502 ");
    expect(heard).toContain("ECONNREFUSED");
  });

  test("for more clients than the lease has", async () => {
    await using _proxy = await openProxy({ limits: { connections: 1 } });
    const first = connect({ path: path() });
    await new Promise((resolve) => first.once("connect", resolve));
    expect(await talk(connectTo(`page.example:${port}`))).toStartWith("HTTP/1.1 503 ");
    first.destroy();
  });
});

describe("ends a tunnel", () => {
  async function cut(
    limits: EgressOptions["limits"],
    say: string,
    early = "",
  ): Promise<readonly EgressEvent[]> {
    const events: EgressEvent[] = [];
    await using _proxy = await openProxy({ limits, onEvent: (event) => events.push(event) });
    await talk(`${connectTo(`page.example:${port}`)}${early}`, (socket, soFar) => {
      if (soFar === ESTABLISHED) socket.write(say);
    });
    await until("the server is let go", async () => connections === 0);
    return events.filter(({ kind }) => kind !== "opened");
  }

  test("after as many bytes as the lease has", async () => {
    const expected = [{ kind: "cut", why: "More than 1000 bytes were passed on." }];
    expect(await cut({ bytes: 1000 }, "x".repeat(2000))).toMatchObject(expected);
    expect(await cut({ bytes: 1000 }, "", "x".repeat(2000))).toMatchObject(expected);
  });

  test("after silence", async () => {
    expect(await cut({ idleMs: 50 }, "hello")).toMatchObject([
      { kind: "broken", why: "Nothing came for 50 ms." },
    ]);
  });

  test("after its time", async () => {
    expect(await cut({ totalMs: 50 }, "hello")).toMatchObject([
      { kind: "broken", why: "It took longer than 50 ms." },
    ]);
  });

  test("when the server leaves", async () => {
    await using proxy = await openProxy();
    const heard = talk(connectTo(`page.example:${port}`));
    await until("the tunnel is open", async () => connections === 1);
    echo.close();
    await proxy[Symbol.asyncDispose]();
    expect(await heard).toBe(ESTABLISHED);
  });
});

test("the end of a lease ends what is being opened", async () => {
  const events: EgressEvent[] = [];
  const asked = Promise.withResolvers<void>();
  const resolver = () => {
    asked.resolve();
    return new Promise<string[]>(() => undefined);
  };
  let heard = Promise.resolve("");
  {
    await using _proxy = await openProxy({ resolver, onEvent: (event) => events.push(event) });
    heard = talk(connectTo(`page.example:${port}`));
    await asked.promise;
  }
  await heard;
  expect(events).toMatchObject([{ kind: "refused", why: "the lease has ended" }]);
});

test("a client that says nothing is let go", async () => {
  await using _proxy = await openProxy({ limits: { idleMs: 50 } });
  expect(await talk("CONNECT ")).toContain("50 ms");
});
