import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  canonicalRequest,
  readSignature,
  signatureOf,
  signedAuthorization,
} from "./request-signature.ts";

const REQUEST = {
  ...{ method: "POST", target: "/v1/jobs", body: '{"goal":"tidy up"}' },
  ...{ time: 1_893_456_000, nonce: "0123456789abcdef" },
};

test("is made as docs/api.md says", () => {
  expect(canonicalRequest(REQUEST)).toBe(
    [
      "ORG-HMAC-SHA256",
      "POST",
      "/v1/jobs",
      "7a5a615c7a70bfe85bb4fa3ba4dd5624ccc6e18de1dbb5ef36658cea8f3edfbc",
      "1893456000",
      "0123456789abcdef",
    ].join("\n"),
  );
});

test("what is written is read", () => {
  const header = signedAuthorization(REQUEST, { id: "ci", secret: "s" });
  expect(header).toStartWith("ORG-HMAC-SHA256 key=ci, time=1893456000, nonce=");
  const { time, nonce } = REQUEST;
  const signature = signatureOf(REQUEST, "s");
  const parameters = header.slice("ORG-HMAC-SHA256 ".length);
  expect(readSignature(parameters)).toEqual({ key: "ci", time, nonce, signature });
});

test("no two requests have the same text", () => {
  const request = fc.record({
    ...{ method: fc.constantFrom("GET", "POST"), target: fc.webPath().map((path) => `/${path}`) },
    ...{ body: fc.string(), time: fc.nat(), nonce: fc.stringMatching(/^[\w-]{16,64}$/) },
  });
  fc.assert(
    fc.property(request, request, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      return isSame === (canonicalRequest(one) === canonicalRequest(other));
    }),
  );
});

test("what is not a signature is none, and nothing throws", () => {
  fc.assert(fc.property(fc.string(), (text) => readSignature(text) === undefined));
});
