/** Requests that prove nothing, too little, or what another client has signed. */
import { bearer, JSON_TYPE, length, minutes, type Row, rawRequest } from "./attacked-port.ts";

export const AUTH: readonly Row[] = [
  ["no proof at all", (at) => rawRequest("GET /v1/jobs", at.host), 401],
  [
    "no proof, with a body",
    (at) => at.post("{}", [...at.host, ...JSON_TYPE, ...length("{}")]),
    401,
  ],
  ["metrics without a proof", (at) => rawRequest("GET /metrics", at.host), 401],
  [
    "no proof, and a body that never comes",
    (at) => rawRequest("POST /v1/jobs", [...at.host, ...JSON_TYPE, ["Content-Length", "10"]]),
    401,
  ],
  [
    "a wrong token, and a body that never comes",
    (at) =>
      rawRequest("POST /v1/jobs", [
        ...at.host,
        ...bearer("wrong"),
        ...JSON_TYPE,
        ["Content-Length", "10"],
      ]),
    401,
  ],
  [
    "a wrong token",
    (at) =>
      rawRequest("GET /v1/jobs", [...at.host, ...bearer(`org_000000000000_${"a".repeat(43)}`)]),
    401,
  ],
  [
    "a token cut short",
    (at) => rawRequest("GET /v1/jobs", [...at.host, ...bearer(at.tokens.admin.slice(0, -1))]),
    401,
  ],
  [
    "a token with more behind it",
    (at) => rawRequest("GET /v1/jobs", [...at.host, ...bearer(`${at.tokens.admin}, x`)]),
    401,
  ],
  [
    "a token by another scheme",
    (at) => rawRequest("GET /v1/jobs", [...at.host, ["Authorization", `Basic ${at.tokens.admin}`]]),
    401,
  ],
  [
    "a token in the address",
    (at) => rawRequest(`GET /v1/jobs?access_token=${"a".repeat(20)}`, at.host),
    401,
  ],
  [
    "a token in a cookie",
    (at) => rawRequest("GET /v1/jobs", [...at.host, ["Cookie", `token=${at.tokens.admin}`]]),
    401,
  ],
  ["two proofs", (at) => at.get("/v1/jobs", bearer("x")), 400],
  [
    "to have something done by who may only look",
    (at) => at.post("{}", [...at.host, ...bearer(at.tokens.read), ...JSON_TYPE, ...length("{}")]),
    403,
  ],
  [
    "to decide about main by who may only have things done",
    (at) =>
      at.post(
        "{}",
        [...at.host, ...bearer(at.tokens.run), ...JSON_TYPE, ...length("{}")],
        "POST /v1/candidates/x/promote",
      ),
    403,
  ],
];

export const SIGNED: readonly Row[] = [
  ["a signature from an hour ago", (at) => at.signed({ signed: { time: minutes(-60) } }), 401],
  [
    "a signature from a little too long ago",
    (at) => at.signed({ signed: { time: minutes(-1) - 5 } }),
    401,
  ],
  ["a signature from the future", (at) => at.signed({ signed: { time: minutes(2) } }), 401],
  ["another body", (at) => at.signed({ sent: { body: '{"goal":"y"}' } }), 401],
  ["another address", (at) => at.signed({ sent: { target: "/v1/messages" } }), 401],
  ["one more query", (at) => at.signed({ sent: { target: "/v1/jobs?x=1" } }), 401],
  [
    "another method",
    (at) =>
      at.signed({
        signed: { target: "/v1/jobs/x" },
        sent: { method: "DELETE", target: "/v1/jobs/x" },
      }),
    401,
  ],
  [
    "another time",
    (at) => at.signed({ header: (text) => text.replace(/time=\d+/, `time=${minutes(0) + 1}`) }),
    401,
  ],
  [
    "another nonce",
    (at) => at.signed({ header: (text) => text.replace("nonce-number", "nonce-NUMBER") }),
    401,
  ],
  ["a nonce that is too short", (at) => at.signed({ signed: { nonce: "short" } }), 401],
  [
    "an unknown key",
    (at) => at.signed({ header: (text) => text.replace("key=ci", "key=none") }),
    401,
  ],
  ["a signature cut short", (at) => at.signed({ header: (text) => text.slice(0, -1) }), 401],
  [
    "a signature in capitals",
    (at) =>
      at.signed({ header: (text) => text.replace(/signature=.*/, (one) => one.toUpperCase()) }),
    401,
  ],
];
