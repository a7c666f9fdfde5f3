/** Requests that come from elsewhere, or lead to where they should not. */
import { type Row, rawRequest } from "./attacked-port.ts";

export const PLACES: readonly Row[] = [
  ["no host", (at) => at.get("/v1/jobs", [], []), 421],
  ["another host", (at) => at.get("/v1/jobs", [], [["Host", "example.com"]]), 421],
  ["our name at another port", (at) => at.get("/v1/jobs", [], [["Host", "127.0.0.1:1"]]), 421],
  [
    "our name within another",
    (at) => at.get("/v1/jobs", [], [["Host", `127.0.0.1.example.com:${at.port}`]]),
    421,
  ],
  [
    "our name as a user",
    (at) => at.get("/v1/jobs", [], [["Host", `127.0.0.1:${at.port}@example.com`]]),
    421,
  ],
  [
    "our address in another spelling",
    (at) => at.get("/v1/jobs", [], [["Host", `0x7f000001:${at.port}`]]),
    421,
  ],
  [
    "an address that means all",
    (at) => at.get("/v1/jobs", [], [["Host", `0.0.0.0:${at.port}`]]),
    421,
  ],
  [
    "a host that a proxy would believe",
    (at) =>
      at.get("/v1/jobs", [["X-Forwarded-Host", `127.0.0.1:${at.port}`]], [["Host", "example.com"]]),
    421,
  ],
  ["two hosts", (at) => at.get("/v1/jobs", at.host), 400],
  ["an absolute target of another host", (at) => at.get("http://example.com/v1/jobs"), 421],
  ["an absolute target of ours", (at) => at.get(`http://127.0.0.1:${at.port}/v1/jobs`), 421],
  ["another origin", (at) => at.get("/v1/jobs", [["Origin", "http://example.com"]]), 403],
  ["an origin that is none", (at) => at.get("/v1/jobs", [["Origin", "null"]]), 403],
  [
    "our origin over TLS",
    (at) => at.get("/v1/jobs", [["Origin", `https://127.0.0.1:${at.port}`]]),
    403,
  ],
  [
    "our origin by another name",
    (at) => at.get("/v1/jobs", [["Origin", `http://localhost:${at.port}`]]),
    403,
  ],
  [
    "our origin at another port",
    (at) => at.get("/v1/jobs", [["Origin", "http://127.0.0.1:1"]]),
    403,
  ],
  [
    "two origins",
    (at) =>
      at.get("/v1/jobs", [
        ["Origin", `http://127.0.0.1:${at.port}`],
        ["Origin", "x"],
      ]),
    400,
  ],
  [
    "the question of a browser whether it may",
    (at) => rawRequest("OPTIONS /v1/jobs", [...at.host, ["Access-Control-Request-Method", "POST"]]),
    405,
  ],
];

export const TARGETS: readonly Row[] = [
  ["a way up", (at) => at.get("/v1/../v1/jobs"), 400],
  ["a hidden way up", (at) => at.get("/v1/%2e%2e/v1/jobs"), 400],
  ["a half hidden way up", (at) => at.get("/v1/.%2E/v1/jobs"), 400],
  ["two slashes", (at) => at.get("//v1/jobs"), 400],
  ["two slashes in the middle", (at) => at.get("/v1//jobs"), 400],
  ["a hidden slash", (at) => at.get("/v1%2fjobs"), 400],
  ["a backslash", (at) => at.get("/v1\\jobs"), 400],
  ["a hidden backslash", (at) => at.get("/v1%5cjobs"), 400],
  ["a hidden NUL", (at) => at.get("/v1/jobs%00"), 400],
  ["half an escape", (at) => at.get("/v1/jobs%4"), 400],
  ["a fragment", (at) => at.get("/v1/jobs#x"), 400],
  ["capitals", (at) => at.get("/V1/jobs"), 404],
  ["a slash behind", (at) => at.get("/v1/jobs/"), 404],
  ["a parameter of the path", (at) => at.get("/v1;x=1/jobs"), 404],
  ["a longer address than there is", (at) => at.get(`/v1/jobs?after=${"a".repeat(5000)}`), 414],
  ["an address as long as a book", (at) => at.get(`/${"a".repeat(20_000)}`), 431],
  ["a query twice", (at) => at.get("/v1/jobs?limit=1&limit=2"), 400],
  ["an unknown query", (at) => at.get("/v1/jobs?debug=1"), 400],
];
