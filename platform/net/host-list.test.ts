import { expect, test } from "bun:test";
import { hostList } from "./host-list.ts";

test("a name allows itself, and a star the names below it", () => {
  const allows = hostList(["example.com", "*.example.org", "bücher.example", "Upper.Example."]);
  for (const host of [
    "example.com",
    "a.example.org",
    "a.b.example.org",
    "xn--bcher-kva.example",
    "upper.example",
  ]) {
    expect([host, allows(host)]).toEqual([host, true]);
  }
  for (const host of [
    "www.example.com",
    "example.org",
    "notexample.org",
    "example.com.evil.net",
    "com",
    "",
  ]) {
    expect([host, allows(host)]).toEqual([host, false]);
  }
});

test("an empty list allows no host", () => {
  expect(hostList([])("example.com")).toBe(false);
});

test.each([
  "*",
  "*.com",
  "*.",
  "a.*.example",
  "**.example.com",
  "https://example.com",
  "example.com:443",
  "example.com/x",
  "user@example.com",
  "127.0.0.1",
  "0x7f.1",
  "*.0.0.1",
  "[::1]",
  "",
  " ",
  "a b",
  "a..b",
  "example.com?",
  "ex%61mple.com",
])("%j is not a domain that can be allowed", (pattern) => {
  expect(() => hostList([pattern])).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});
