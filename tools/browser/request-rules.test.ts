import { expect, test } from "bun:test";
import { type PageRequest, type RequestRules, refusalOf } from "./request-rules.ts";

const rules: RequestRules = {
  admits: (host) => host === "good.test",
  submits: false,
  maySend: (url) => url.endsWith("/search"),
};
function judge(
  url: string,
  method = "GET",
  more: Partial<RequestRules & PageRequest> = {},
): string {
  const { isDocument = false, ...other } = more;
  const refusal = refusalOf({ url, method, isDocument }, { ...rules, ...other });
  return refusal === undefined ? "goes" : `${refusal.kind} ${refusal.what}`;
}

test.each([
  ["https://good.test/a", "goes"],
  ["https://GOOD.test./a", "goes"],
  ["https://evil.test/", "host evil.test"],
  ["https://good.test.evil.test/", "host good.test.evil.test"],
  ["https://good.test@evil.test/", "host evil.test"],
  ["https://127.0.0.1/", "host 127.0.0.1"],
  ["https://[::1]/", "host ::1"],
  ["http://good.test/", "scheme http://good.test"],
  ["file:///etc/passwd", "scheme file://"],
  ["chrome://settings", "scheme chrome://settings"],
  ["ftp://good.test/", "scheme ftp://good.test"],
  ["not an address", "scheme an address that is not one"],
  ["data:text/html,x", "goes"],
  ["blob:https://good.test/1", "goes"],
])("%s: %s", (url, expected) => {
  expect(judge(url)).toBe(expected);
});

test("what sends something needs the approval of the action, or a policy that lets it go", () => {
  expect(judge("https://good.test/", "HEAD")).toBe("goes");
  expect(judge("https://good.test/", "OPTIONS")).toBe("goes");
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "ANY"]) {
    expect(judge("https://good.test/", method)).toBe("sends good.test");
    expect(judge("https://good.test/", method, { submits: true })).toBe("goes");
  }
  expect(judge("https://good.test/search", "POST")).toBe("goes");
  // A form needs the approval all the same, and no approval reaches another host.
  expect(judge("https://good.test/search", "POST", { isDocument: true })).toBe("sends good.test");
  expect(judge("https://evil.test/", "POST", { isDocument: true, submits: true })).toBe(
    "host evil.test",
  );
});
