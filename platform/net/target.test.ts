import { describe, expect, test } from "bun:test";
import { whyNotPublic } from "./address.ts";
import { parseTarget } from "./target.ts";

function wallOf(url: string): unknown {
  try {
    return parseTarget(url).host;
  } catch (error) {
    return error instanceof Error && "wall" in error ? error.wall : error;
  }
}

test("takes an address apart", () => {
  const { host, port, isSecure, url } = parseTarget("https://Example.COM./a?b=c#d");
  expect([host, port, isSecure, url.pathname, url.search]).toEqual([
    "example.com",
    443,
    true,
    "/a",
    "?b=c",
  ]);
  expect(parseTarget("http://bücher.example/").host).toBe("xn--bcher-kva.example");
  expect(parseTarget("https://example.com:80/").port).toBe(80);
});

test.each([
  ["file:///etc/passwd", "scheme"],
  ["ftp://example.com/", "scheme"],
  ["gopher://example.com/", "scheme"],
  ["javascript:alert(1)", "scheme"],
  ["data:text/html,x", "scheme"],
  ["ws://example.com/", "scheme"],
  ["https://user@example.com/", "userinfo"],
  ["https://user:pass@example.com/", "userinfo"],
  ["https://:pass@example.com/", "userinfo"],
  ["http://example.com:22/", "port"],
  ["http://example.com:8080/", "port"],
  ["https://example.com:65535/", "port"],
  ["http://example.com../", "host"],
  ["http://.example.com/", "host"],
  ["http://a..b/", "host"],
  ["http://*.example.com/", "host"],
  ["http://-a.example/", "host"],
  [`http://${"a".repeat(64)}.example/`, "host"],
  [`http://${"a.".repeat(130)}example/`, "host"],
  ["http://[fe80::1%25eth0]/", "url"],
  ["http://256.1.1.1/", "url"],
  ["http://exa mple.com/", "url"],
  ["http://", "url"],
  ["//example.com/", "url"],
  ["example.com", "url"],
  ["", "url"],
  [`http://example.com/${"a".repeat(9000)}`, "url"],
])("%s meets the wall %s", (url, wall) => {
  expect(wallOf(url)).toBe(wall);
});

describe("no spelling of a private address gets through", () => {
  test.each([
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0x.0x.0/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１２７.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http:/\\127.0.0.1/",
    "http:\n//127.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:7f00:0001]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
  ])("%s", (url) => {
    expect(whyNotPublic(parseTarget(url).host)).toContain("is not public");
  });
});

test("a refusal names its wall, and cuts what is long", () => {
  expect(() => parseTarget("https://a:b@example.com/")).toThrow(
    expect.objectContaining({
      code: "NETWORK_REFUSED",
      message: 'The request to "example.com" was refused',
      why: 'Wall "userinfo": A name or a password stands before the host.',
    }),
  );
  expect(() => parseTarget("x".repeat(9000))).toThrow(
    expect.objectContaining({ message: `The request to "${"x".repeat(200)}…" was refused` }),
  );
});
