/** Bodies, framing and protocols that two programs could read in two ways. */
import {
  type AttackedPort,
  bearer,
  type Headers,
  JSON_TYPE,
  length,
  type Row,
  rawRequest,
  withoutEnd,
} from "./attacked-port.ts";

const DEEP = `${'{"args":'.repeat(100)}{}${"}".repeat(100)}`;
const HIDDEN = "0\r\n\r\nGET /v1/rooms HTTP/1.1\r\nHost: x\r\n\r\n";

const typed = (at: AttackedPort, type: Headers): string =>
  at.post("{}", [...at.host, ...bearer(at.tokens.admin), ...type, ...length("{}")]);

const framed = (at: AttackedPort, more: Headers, body: string): string =>
  rawRequest(
    "POST /v1/jobs",
    [...at.host, ...bearer(at.tokens.admin), ...JSON_TYPE, ...more],
    body,
  );

export const BODIES: readonly Row[] = [
  ["a body of plain text", (at) => typed(at, [["Content-Type", "text/plain"]]), 415],
  ["a form", (at) => typed(at, [["Content-Type", "application/x-www-form-urlencoded"]]), 415],
  [
    "a form with files",
    (at) => typed(at, [["Content-Type", "multipart/form-data; boundary=x"]]),
    415,
  ],
  ["a body of no type", (at) => typed(at, []), 415],
  [
    "a type that is two",
    (at) => typed(at, [["Content-Type", "application/json, text/plain"]]),
    415,
  ],
  ["a type that is nearly ours", (at) => typed(at, [["Content-Type", "application/jsonp"]]), 415],
  ["no JSON", (at) => at.post("{"), 400],
  ["a number that is none", (at) => at.post('{"goal":NaN}'), 400],
  ["bytes that are not text", (at) => at.post('{"goal":"\xff\xfe"}'), 400],
  ["JSON that is too deep", (at) => at.post(DEEP), 400],
  ["JSON that is far too deep", (at) => at.post("[".repeat(500_000)), 400],
  ["one name twice", (at) => at.post('{"goal":"x","goal":"y"}'), 400],
  ["one name twice, written differently", (at) => at.post('{"goal":"x","g\\u006fal":"y"}'), 400],
  ["a name that is not known", (at) => at.post('{"goal":"x","is_admin":true}'), 400],
  ["the prototype", (at) => at.post('{"goal":"x","__proto__":{"scope":"admin"}}'), 400],
  ["too much, and says so", (at) => at.post("x".repeat(2_000_000)), 413],
  [
    "too much, in pieces",
    (at) =>
      rawRequest(
        "POST /v1/jobs",
        [...at.host, ...bearer(at.tokens.admin), ...JSON_TYPE, ["Transfer-Encoding", "chunked"]],
        `${`10000\r\n${"x".repeat(65_536)}\r\n`.repeat(20)}0\r\n\r\n`,
      ),
    413,
  ],
  [
    "more than there could be, and sends nothing",
    (at) =>
      at.post("", [
        ...at.host,
        ...bearer(at.tokens.admin),
        ...JSON_TYPE,
        ["Content-Length", "999999999999"],
      ]),
    413,
  ],
];

export const FRAMES: readonly Row[] = [
  [
    "a length before pieces (CL.TE)",
    (at) =>
      framed(
        at,
        [
          ["Content-Length", "6"],
          ["Transfer-Encoding", "chunked"],
        ],
        HIDDEN,
      ),
    400,
  ],
  [
    "pieces before a length (TE.CL)",
    (at) =>
      framed(
        at,
        [
          ["Transfer-Encoding", "chunked"],
          ["Content-Length", "4"],
        ],
        HIDDEN,
      ),
    400,
  ],
  [
    "pieces of an unknown kind",
    (at) => framed(at, [["Transfer-Encoding", "xchunked"]], HIDDEN),
    400,
  ],
  [
    "pieces that are none in the end",
    (at) => framed(at, [["Transfer-Encoding", "chunked, identity"]], HIDDEN),
    400,
  ],
  [
    "two kinds of pieces",
    (at) =>
      framed(
        at,
        [
          ["Transfer-Encoding", "chunked"],
          ["Transfer-Encoding", "identity"],
        ],
        HIDDEN,
      ),
    400,
  ],
  [
    "two lengths",
    (at) =>
      framed(
        at,
        [
          ["Content-Length", "2"],
          ["Content-Length", "40"],
        ],
        "{}",
      ),
    400,
  ],
  [
    "the same length twice",
    (at) =>
      framed(
        at,
        [
          ["Content-Length", "2"],
          ["Content-Length", "2"],
        ],
        "{}",
      ),
    400,
  ],
  ["two lengths in one", (at) => framed(at, [["Content-Length", "2, 2"]], "{}"), 400],
  ["a length with a sign", (at) => framed(at, [["Content-Length", "+2"]], "{}"), 400],
  ["a length below zero", (at) => framed(at, [["Content-Length", "-2"]], "{}"), 400],
  ["a length in hexadecimal", (at) => framed(at, [["Content-Length", "0x2"]], "{}"), 400],
  [
    "a piece of no size",
    (at) => framed(at, [["Transfer-Encoding", "chunked"]], "zz\r\n{}\r\n0\r\n\r\n"),
    400,
  ],
  [
    "a piece of too large a size",
    (at) => framed(at, [["Transfer-Encoding", "chunked"]], "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    400,
  ],
  ["a body where none belongs", (at) => at.get("/v1/jobs", [["Content-Length", "30"]]), 400],
  ["a header that goes on in the next line", (at) => at.get("/v1/jobs", [["X-A", "1\r\n 2"]]), 400],
  ["a blank before the colon", (at) => at.get("/v1/jobs", [["X-A ", "1"]]), 400],
  ["a header without a name", (at) => at.get("/v1/jobs", [["", "1"]]), 400],
  ["NUL in a header", (at) => at.get("/v1/jobs", [["X-A", "1\0"]]), 400],
  ["lines that end by half", (at) => `GET /v1/jobs HTTP/1.1\nHost: 127.0.0.1:${at.port}\n\n`, 400],
  [
    "a header twice",
    (at) =>
      at.get("/v1/jobs", [
        ["X-Request-Id", "a"],
        ["x-request-id", "b"],
      ]),
    400,
  ],
  ["a header of 20,000 characters", (at) => at.get("/v1/jobs", [["X-A", "a".repeat(20_000)]]), 431],
  [
    "2,000 headers",
    (at) =>
      at.get(
        "/v1/jobs",
        Array.from({ length: 2000 }, (_, n) => [`X-${n}`, "aaaaa"] as const),
      ),
    431,
  ],
];

export const PROTOCOLS: readonly Row[] = [
  [
    "another method in a header",
    (at) =>
      at.post("{}", [
        ...at.host,
        ...bearer(at.tokens.admin),
        ...JSON_TYPE,
        ...length("{}"),
        ["X-HTTP-Method-Override", "DELETE"],
      ]),
    400,
  ],
  [
    "the head of a stream",
    (at) => rawRequest("HEAD /events", [...at.host, ...bearer(at.tokens.admin)]),
    405,
  ],
  ["TRACE", (at) => rawRequest("TRACE /v1/jobs", [...at.host, ...bearer(at.tokens.admin)]), 405],
  ["CONNECT", (at) => rawRequest("CONNECT example.com:443", at.host), 405],
  ["PUT", (at) => rawRequest("PUT /v1/jobs/x", [...at.host, ...bearer(at.tokens.admin)]), 405],
  ["a method in small letters", (at) => rawRequest("get /v1/jobs", at.host), 400],
  ["a method that is none", (at) => rawRequest("STEAL /v1/jobs", at.host), 400],
  ["no version (HTTP/0.9)", () => "GET /v1/jobs\r\n\r\n", 400],
  ["a version to come", (at) => `GET /v1/jobs HTTP/3.0\r\nHost: 127.0.0.1:${at.port}\r\n\r\n`, 400],
  ["the beginning of HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  [
    "the beginning of TLS",
    () => new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 13, 10, 13, 10]),
    400,
  ],
  [
    "two versions",
    (at) => `GET /v1/jobs HTTP/1.1 HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\n\r\n`,
    400,
  ],
];

export const SLOW: readonly Row[] = [
  [
    "a head that never ends",
    (at) => `GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\nX-A: `,
    408,
  ],
  [
    "a body that never ends",
    (at) =>
      withoutEnd(
        "POST /v1/jobs",
        [...at.host, ...bearer(at.tokens.admin), ...JSON_TYPE, ["Content-Length", "10"]],
        "{",
      ),
    408,
  ],
  [
    "pieces that never end",
    (at) =>
      withoutEnd(
        "POST /v1/jobs",
        [...at.host, ...bearer(at.tokens.admin), ...JSON_TYPE, ["Transfer-Encoding", "chunked"]],
        "1\r\n{\r\n",
      ),
    408,
  ],
];
