import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signedAuthorization } from "#core/request-signature.ts";
import { AccessStore } from "#home/access-store.ts";
import { Authenticator, type AuthenticatorOptions, type Claim } from "./authenticator.ts";

const START = Date.UTC(2030, 0, 1);
let folder: string;
let store: AccessStore;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-access-"));
  now = START;
  store = new AccessStore({ access: join(folder, "access.sqlite") }, () => now);
});
afterEach(async () => {
  store[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const about = (more: Partial<AuthenticatorOptions> = {}): Authenticator =>
  new Authenticator({ store, isExposed: false, now: () => now, ...more });

const claim = (authorization?: string, more: Partial<Claim> = {}): Claim => ({
  ...{ method: "POST", target: "/v1/jobs?a=b", authorization, address: "192.0.2.1" },
  ...more,
});

const bearer = (token: string): Claim => claim(`Bearer ${token}`);

const NONCE = "0123456789abcdef";
const KEY = { secret: "a secret of sixteen or more", scope: "run" } as const;

function signed(change: Record<string, unknown> = {}): string {
  const request = {
    ...{ method: "POST", target: "/v1/jobs?a=b", body: "{}" },
    ...{ time: now / 1000, nonce: NONCE, ...change },
  };
  return signedAuthorization(request, { id: "ci", secret: KEY.secret });
}

const BODY = new TextEncoder().encode("{}");

/** What becomes of a signed request, body included. */
function judged(authenticator: Authenticator, authorization: string, more: Partial<Claim> = {}) {
  const found = authenticator.callerOf(claim(authorization, more));
  return found !== undefined && "finish" in found ? found.finish(BODY) : found;
}

test("on this machine no caller is asked until there is a token, and then every caller is", () => {
  const authenticator = about();
  expect(authenticator.callerOf(claim())).toEqual({ name: "local", scope: "admin" });
  // What an OpenAI client sends by itself.
  expect(authenticator.callerOf(bearer("sk-none"))).toMatchObject({ scope: "admin" });
  const { id, token } = store.createToken("ci", "run");
  expect(authenticator.callerOf(claim())).toBeUndefined();
  expect(authenticator.callerOf(bearer(token))).toEqual({ name: `token ${id}`, scope: "run" });
  expect(authenticator.callerOf(bearer("sk-none"))).toMatchObject({ status: 401 });
});

test("a port that others reach asks also where there is no token", () => {
  expect(about({ isExposed: true }).callerOf(claim())).toBeUndefined();
  expect(about({ keys: { ci: KEY } }).callerOf(claim())).toBeUndefined();
});

test("the id of a token is not enough: what is behind it must be right to the letter", () => {
  const authenticator = about();
  const { token } = store.createToken("ci", "run");
  for (const at of [17, 30, token.length - 2]) {
    const other = token[at] === "a" ? "b" : "a";
    const forged = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
    expect(authenticator.callerOf(bearer(forged))).toMatchObject({ status: 401 });
  }
});

test("a token that was revoked, cut or changed is none", () => {
  const authenticator = about({ isExposed: true });
  const { id, token } = store.createToken("ci", "run");
  for (const wrong of [
    token.slice(0, -1),
    `${token}a`,
    token.toUpperCase(),
    id,
    "",
    `${token} x`,
  ]) {
    expect(authenticator.callerOf(bearer(wrong))).toMatchObject({ status: 401 });
  }
  store.revoke(id);
  expect(authenticator.callerOf(bearer(token))).toMatchObject({ status: 401 });
});

test("the supervisor of the process is known by the key that it made", () => {
  store.createToken("ci", "read");
  const authenticator = about({ own: "own_key" });
  expect(authenticator.callerOf(bearer("own_key"))).toEqual({ name: "own", scope: "admin" });
  expect(authenticator.callerOf(bearer("own_kez"))).toMatchObject({ status: 401 });
});

test("a signed request is known by its key, once", () => {
  const authenticator = about({ keys: { ci: KEY } });
  expect(judged(authenticator, signed())).toEqual({ name: "key ci", scope: "run" });
  expect(judged(authenticator, signed())).toEqual({
    status: 401,
    message: "this nonce was used before",
  });
  const other = signed({ nonce: `${NONCE}1` });
  expect(judged(authenticator, other)).toMatchObject({ scope: "run" });
});

const CHANGED: readonly (readonly [string, string, Partial<Claim>])[] = [
  ["another method", "", { method: "DELETE" }],
  ["another address", "", { target: "/v1/jobs?a=c" }],
  ["a query left out", "", { target: "/v1/jobs" }],
];
test.each(CHANGED)("a signature is for no other request: %s", (_name, _none, more) => {
  const authenticator = about({ keys: { ci: KEY } });
  expect(judged(authenticator, signed(), more)).toMatchObject({ status: 401 });
  // The nonce was not used up by a caller without the secret.
  expect(judged(authenticator, signed())).toMatchObject({ scope: "run" });
});

test("a signature is for one body, key and time", () => {
  const authenticator = about({
    keys: { ci: KEY, other: { ...KEY, secret: "quite another secret" } },
  });
  const wrong = [
    signed({ body: "[]" }),
    signed().replace("key=ci", "key=other"),
    signed().replace("key=ci", "key=stranger"),
    signed().replace("key=ci", "key=__proto__"),
    signed().replace(`time=${now / 1000}`, `time=${now / 1000 + 1}`),
    signed().replace(NONCE, `${NONCE}x`),
    signed().replace(/signature=./, "signature=g"),
    `${signed()}, extra=1`,
  ];
  for (const one of wrong)
    expect([one, judged(authenticator, one)]).toMatchObject([one, { status: 401 }]);
});

test("a signature holds for a minute, before and after", () => {
  const authenticator = about({ keys: { ci: KEY } });
  const at = (seconds: number) => {
    const time = START / 1000 + seconds;
    return judged(authenticator, signed({ time, nonce: `nonce-of-second${seconds}` }));
  };
  expect(at(-60)).toMatchObject({ scope: "run" });
  expect(at(60)).toMatchObject({ scope: "run" });
  expect(at(-61)).toMatchObject({ status: 401, message: expect.stringContaining("-61 s off") });
  expect(at(61)).toMatchObject({ status: 401 });
});

test("no nonce is forgotten while its request could come again, nor when the process starts anew", () => {
  const late = signed({ time: START / 1000 + 60 });
  expect(judged(about({ keys: { ci: KEY } }), late)).toMatchObject({ scope: "run" });
  now = START + 119_000;
  for (let n = 0; n < 300; n += 1) store.useNonce("other", `n${n}`, now);
  expect(judged(about({ keys: { ci: KEY } }), late)).toMatchObject({ status: 401 });
});

test("of the same signed request, sent many times at once, one counts", () => {
  const authenticator = about({ keys: { ci: KEY } });
  const all = Array.from({ length: 50 }, () => authenticator.callerOf(claim(signed())));
  const seen = all.map((one) => (one !== undefined && "finish" in one ? one.finish(BODY) : one));
  expect(seen.filter((one) => one !== undefined && "scope" in one)).toHaveLength(1);
});

test("where several machines take signed requests, they are asked whether a nonce is new", async () => {
  const asked: unknown[] = [];
  const authenticator = about({
    keys: { ci: KEY },
    useNonce: async (...nonce) => (asked.push(nonce) === 1 ? "new" : "used"),
  });
  expect(await judged(authenticator, signed())).toEqual({ name: "key ci", scope: "run" });
  expect(await judged(authenticator, signed())).toMatchObject({ status: 401 });
  expect(asked).toEqual(Array.from({ length: 2 }, () => ["ci", NONCE, 120_000]));
});

test("a key that was made here signs, until it is revoked", async () => {
  const { id, path } = store.createKey("ci", "read");
  const secret = (await Bun.file(path).text()).trim();
  const request = { method: "POST", target: "/v1/jobs?a=b", body: "{}", time: now / 1000 };
  const sign = (nonce: string) => signedAuthorization({ ...request, nonce }, { id, secret });
  const authenticator = about();
  expect(judged(authenticator, sign(NONCE))).toEqual({ name: `key ${id}`, scope: "read" });
  store.revoke(id);
  expect(judged(authenticator, sign(`${NONCE}2`))).toMatchObject({ status: 401 });
});

test("after 20 wrong proofs a minute an address is told to wait; a right one is heard all the same", () => {
  const { token } = store.createToken("ci", "run");
  const authenticator = about();
  for (let n = 0; n < 20; n += 1) {
    expect(authenticator.callerOf(bearer("wrong"))).toMatchObject({ status: 401 });
  }
  const denied = { status: 429, retryAfter: 3 };
  expect(authenticator.callerOf(bearer("wrong"))).toMatchObject(denied);
  expect(authenticator.callerOf(bearer(token))).toMatchObject({ scope: "run" });
  const elsewhere = authenticator.callerOf(claim("Bearer wrong", { address: "192.0.2.2" }));
  expect(elsewhere).toMatchObject({ status: 401 });
  now += 3000;
  expect(authenticator.callerOf(bearer("wrong"))).toMatchObject({ status: 401 });
});
