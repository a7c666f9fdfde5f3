import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { until } from "#test/until.ts";
import { type Answer, WebServer } from "#test/web-server.ts";
import { type HttpAnswer, type HttpRules, sendRequest } from "./http-client.ts";

const never = new AbortController().signal;

function get(url: string, rules: HttpRules, signal = never): Promise<HttpAnswer> {
  return sendRequest({ url }, rules, signal);
}

const textOf = ({ body }: HttpAnswer): string => new TextDecoder().decode(body);

/** Asks a server that answers as given, and returns what became of it. */
async function ask(answer: Answer, rules: HttpRules = {}): Promise<HttpAnswer> {
  await using server = await WebServer.open(answer);
  return await get(server.url("/"), { ...server.rules, ...rules });
}

const wall = (name: string) => ({ code: "NETWORK_REFUSED", wall: name });
const failed = (why: string) => ({ code: "NETWORK_FAILED", why: expect.stringContaining(why) });

describe("a request", () => {
  test("brings the answer, and says nothing of us but that we are org", async () => {
    let sent: Record<string, unknown> = {};
    const answer = await ask((request, response) => {
      sent = { ...request.headers, method: request.method, url: request.url };
      response.setHeader("Set-Cookie", "a=b");
      response.setHeader("X-Odd", "yes");
      response.end("hello");
    });
    expect([answer.status, textOf(answer), answer.headers.get("x-odd")]).toEqual([
      200,
      "hello",
      "yes",
    ]);
    expect(answer.headers.has("set-cookie")).toBe(false);
    const { host, ...rest } = sent;
    expect(host).toMatch(/^page\.example:\d+$/);
    expect(rest).toEqual({
      accept: "*/*",
      "accept-encoding": "gzip, deflate, br",
      connection: "close",
      method: "GET",
      url: "/",
      "user-agent": "org",
    });
  });

  test("sends a method, headers and a body", async () => {
    await using server = await WebServer.open(async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { "x-a": a, "accept-encoding": packing } = request.headers;
      response.end(`${a} ${packing} ${Buffer.concat(chunks)}`);
    });
    const body = new TextEncoder().encode("größe");
    const url = server.url("/x?y=1#z");
    const headers = { "x-a": "b", "accept-encoding": "zstd" };
    const asked = { url, method: "PUT", headers, body };
    const answer = await sendRequest(asked, server.rules, never);
    expect(textOf(answer)).toBe("b gzip, deflate, br größe");
    expect(server.asked).toEqual([`PUT page.example:${server.port}/x?y=1`]);
  });

  test("unpacks what it asked for", async () => {
    const packed = {
      gzip: gzipSync("hello"),
      deflate: deflateSync("hello"),
      br: brotliCompressSync("hello"),
    };
    for (const [encoding, bytes] of Object.entries(packed)) {
      const answer = await ask((_request, response) => {
        response.setHeader("Content-Encoding", encoding);
        response.end(bytes);
      });
      expect(textOf(answer)).toBe("hello");
    }
  });

  test("HEAD has no body", async () => {
    await using server = await WebServer.open((_request, response) => void response.end("hello"));
    const asked = { url: server.url("/"), method: "HEAD" };
    expect((await sendRequest(asked, server.rules, never)).body).toHaveLength(0);
  });
});

describe("the address", () => {
  test("is the one that was judged: a name is resolved once", async () => {
    await using server = await WebServer.open((_request, response) => void response.end("hello"));
    // On the second no process listens; it is not tried in place of the first, nor the first in its place.
    const answers = [["127.0.0.1", "127.0.0.2"], ["203.0.113.1"]];
    const resolver = async () => answers.shift() ?? [];
    const allowAddress = (address: string) => address.startsWith("127.");
    await get(server.url("/"), { ...server.rules, resolver, allowAddress });
    expect(answers).toEqual([["203.0.113.1"]]);
    expect(server.asked).toEqual([`GET page.example:${server.port}/`]);
  });

  test("is refused when a single answer is not public, and then no host is asked", async () => {
    await using server = await WebServer.open((_request, response) => void response.end());
    const resolver = async () => ["127.0.0.1", "10.0.0.7"];
    await expect(get(server.url("/"), { ...server.rules, resolver })).rejects.toMatchObject({
      ...wall("address"),
      why: 'Wall "address": "page.example" leads to 10.0.0.7, which is not public: private, RFC 1918 (10.0.0.0/8).',
    });
    expect(server.asked).toEqual([]);
  });

  test("may stand in the URL itself, and is judged all the same", async () => {
    await using server = await WebServer.open((_request, response) => void response.end("hello"));
    const resolver = async () => {
      throw new Error("an address needs no resolver");
    };
    const rules = { ...server.rules, resolver };
    expect(textOf(await get(server.url("/", "127.0.0.1"), rules))).toBe("hello");
    const loopback = get(server.url("/", "0x7f.2"), rules);
    await expect(loopback).rejects.toMatchObject({
      ...wall("address"),
      why: expect.stringContaining("127.0.0.2 is not public: loopback"),
    });
  });

  test("of this machine is refused unless a test allows it", async () => {
    const url = "http://localhost/";
    await expect(get(url, {})).rejects.toMatchObject(wall("address"));
    await expect(get("http://127.0.0.1/", {})).rejects.toMatchObject(wall("address"));
  });

  test("may not exist", async () => {
    const rules = { resolver: async () => [] };
    await expect(get("http://gone.example/", rules)).rejects.toMatchObject(failed("no address"));
    const resolver = () => Promise.reject(new Error("ENOTFOUND"));
    await expect(get("http://gone.example/", { resolver })).rejects.toMatchObject(
      failed("The name was not found: ENOTFOUND."),
    );
  });

  test("may be without a listener", async () => {
    const closed = async () => {
      await using server = await WebServer.open(() => undefined);
      return { url: server.url("/"), rules: server.rules };
    };
    const { url, rules } = await closed();
    await expect(get(url, rules)).rejects.toMatchObject(failed("ECONNREFUSED"));
  });
});

describe("a redirect", () => {
  const redirect =
    (location: (port: number) => string, status = 302): Answer =>
    (request, response) => {
      if (request.url === "/end") response.end("end");
      else {
        response.writeHead(status, { Location: location(request.socket.localPort ?? 0) });
        response.end("moved");
      }
    };

  test("is followed, to an address that is judged anew", async () => {
    await using server = await WebServer.open(redirect((port) => `//other.example:${port}/end`));
    const resolved: string[] = [];
    const resolver = async (host: string) => {
      resolved.push(host);
      return ["127.0.0.1"];
    };
    const answer = await get(server.url("/"), { ...server.rules, resolver });
    expect([textOf(answer), answer.url]).toEqual(["end", server.url("/end", "other.example")]);
    expect(resolved).toEqual(["page.example", "other.example"]);
  });

  test.each([301, 302, 303, 307, 308])("with status %d", async (status) => {
    await using server = await WebServer.open(redirect(() => "/end", status));
    expect(textOf(await get(server.url("/a/b"), server.rules))).toBe("end");
  });

  test.each([
    ["http://127.0.0.2/", "port"],
    ["http://[::1]:PORT/", "address"],
    ["http://2130706434:PORT/", "address"],
    ["file:///etc/passwd", "scheme"],
    ["http://user@page.example/", "userinfo"],
    ["http://page.example:22/", "port"],
    ["http://exa mple/", "url"],
  ])("to %s meets the wall %s", async (location, name) => {
    await using server = await WebServer.open(
      redirect((port) => location.replace("PORT", String(port))),
    );
    await expect(get(server.url("/"), server.rules)).rejects.toMatchObject(wall(name));
    expect(server.asked).toHaveLength(1);
  });

  test("to a name that leads into a private network is refused, as is the same name on second thoughts", async () => {
    for (const location of ["//inside.example:PORT/end", "/end"]) {
      await using server = await WebServer.open(
        redirect((port) => location.replace("PORT", String(port))),
      );
      const answers = ["127.0.0.1", "192.168.0.1"];
      const resolver = async () => [answers.shift() ?? ""];
      await expect(get(server.url("/"), { ...server.rules, resolver })).rejects.toMatchObject({
        ...wall("address"),
        why: expect.stringContaining("leads to 192.168.0.1"),
      });
      expect([server.asked.length, answers]).toEqual([1, []]);
    }
  });

  test("may be forbidden, and then no host is asked, not even for the name", async () => {
    await using server = await WebServer.open(redirect((port) => `//other.example:${port}/end`));
    const resolved: string[] = [];
    const resolver = async (host: string) => {
      resolved.push(host);
      return ["127.0.0.1"];
    };
    const judged: string[][] = [];
    const allowsRedirect: HttpRules["allowsRedirect"] = (to, from) => {
      judged.push([from.host, to.host]);
      return false;
    };
    const rules = { ...server.rules, resolver, allowsRedirect };
    await expect(get(server.url("/"), rules)).rejects.toMatchObject(wall("redirect-host"));
    expect([judged, resolved]).toEqual([[["page.example", "other.example"]], ["page.example"]]);
  });

  test("is followed five times and no sixth time", async () => {
    await using server = await WebServer.open((request, response) => {
      const number = Number(request.url?.slice(1));
      if (number > 0) response.writeHead(302, { Location: `/${number - 1}` });
      response.end("end");
    });
    expect(textOf(await get(server.url("/5"), server.rules))).toBe("end");
    await expect(get(server.url("/6"), server.rules)).rejects.toMatchObject(wall("redirects"));
  });

  test("is not read: only its head counts", async () => {
    await using server = await WebServer.open((request, response) => {
      if (request.url === "/end") response.end("end");
      else {
        response.writeHead(302, { Location: "/end" });
        response.write("endless");
      }
    });
    expect(textOf(await get(server.url("/"), server.rules))).toBe("end");
    await until("both connections are closed", async () => server.connections === 0);
  });

  test.each(["POST", "HEAD"])("is itself the answer to %s", async (method) => {
    await using server = await WebServer.open(redirect(() => "/end", 307));
    const asked = { url: server.url("/"), method };
    const { status, headers } = await sendRequest(asked, server.rules, never);
    expect([status, headers.get("location")]).toEqual([307, "/end"]);
    expect(server.asked).toHaveLength(1);
  });
});

test("an abort is not a failure, and closes the connection at once", async () => {
  await using server = await WebServer.open((_request, response) => void response.write("half"));
  const stop = new AbortController();
  const asking = get(server.url("/"), server.rules, stop.signal);
  await until("the request arrives", async () => server.asked.length > 0);
  stop.abort(new Error("the user cancelled it"));
  await expect(asking).rejects.toThrow("the user cancelled it");
  await until("the connection is closed", async () => server.connections === 0);
  await expect(get(server.url("/"), server.rules, stop.signal)).rejects.toThrow("cancelled");
  expect(server.asked).toHaveLength(1);
  expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
});
