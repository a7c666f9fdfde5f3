import { expect, test } from "bun:test";
import { neededHost } from "./needs-network.ts";

test.each([
  ["curl: (6) Could not resolve host: example.org", "example.org"],
  ["fatal: unable to access 'https://a.b/': Could not resolve host: a.b", "a.b"],
  ["wget: unable to resolve host address \u2018example.org\u2019", "example.org"],
  ["Error: getaddrinfo EAI_AGAIN registry.example.org", "registry.example.org"],
  ["go: dial tcp: lookup proxy.example.org: no such host", "proxy.example.org"],
  ["urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>", ""],
  [
    "HTTPSConnectionPool(host='pypi.example.org', port=443): NameResolutionError: Failed to resolve",
    "pypi.example.org",
  ],
  ["go: example.org/a@v1.0.0: module lookup disabled by GOPROXY=off", ""],
  ["error: failed to select a version; as a reminder, you're using offline mode", ""],
])("%s names what was missed", (tail, host) => {
  expect(neededHost(tail)).toBe(host);
});

test.each([
  "",
  "expected 3, got -1",
  "the network of the shop is tested",
  "ECONNREFUSED 127.0.0.1:5432",
])("%p needs no network", (tail) => {
  expect(neededHost(tail)).toBeUndefined();
});
