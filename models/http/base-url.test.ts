import { expect, test } from "bun:test";
import { readBaseUrl } from "./base-url.ts";

test.each([
  ["http://127.0.0.1:11434", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
  ["http://127.0.0.1:11434/", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
  ["http://127.0.0.1:11434/v1", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
  ["http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
  ["http://h/v1/chat/completions", "http://h", "http://h/v1"],
  ["localhost:8080", "http://localhost:8080", "http://localhost:8080/v1"],
  [" h:1 ", "http://h:1", "http://h:1/v1"],
  ["https://h/api/v1", "https://h/api", "https://h/api/v1"],
  ["https://h/api", "https://h/api", "https://h/api/v1"],
  ["https://h/v1beta/openai/", "https://h/v1beta/openai", "https://h/v1beta/openai"],
  ["https://h/api/paas/v4", "https://h/api/paas/v4", "https://h/api/paas/v4"],
])("%s", (given, endpoint, api) => {
  expect(readBaseUrl(given)).toMatchObject({ endpoint, api });
});

test("a password in the address is kept out of what people see", () => {
  const { endpoint, api, credentials } = readBaseUrl("https://me:p%40ss@h:8/v1?key=x");
  expect([endpoint, api, credentials]).toEqual(["https://h:8", "https://h:8/v1", "me:p@ss"]);
});

test.each(["", "ftp://h", "http://", "file:///etc/passwd"])("%p is not an address", (text) => {
  expect(() => readBaseUrl(text)).toThrow("is not an address of a server");
});

test.each([
  ["http://localhost:1", true],
  ["http://127.0.0.1:1", true],
  ["http://[::1]:1", true],
  ["http://192.168.1.2:1", false],
  ["http://127.evil.example", false],
])("%s is on this machine: %p", (text, isLocal) => {
  expect(readBaseUrl(text).isLocal).toBe(isLocal);
});
