import { afterEach, beforeEach, expect, test } from "bun:test";
import { AccessStore } from "#home/access-store.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { gatewayOf } from "./serve-gateway.ts";

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
  await createHome(home.paths);
});
afterEach(() => home[Symbol.asyncDispose]());

function settingsOf(change: Partial<Settings["http"]> = {}): Settings {
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  return { ...settings, http: { ...settings.http, ...change } };
}

test.each([
  ["localhost", "127.0.0.1", "http://127.0.0.1:7001"],
  ["127.0.0.1", "127.0.0.1", "http://127.0.0.1:7001"],
  ["127.3.2.1", "127.3.2.1", "http://127.3.2.1:7001"],
  ["::1", "::1", "http://[::1]:7001"],
])("%s is this machine: no caller has to say who it is", (host, hostname, url) => {
  using gateway = gatewayOf(home.paths, settingsOf(), { host });
  expect(gateway).toMatchObject({ hostname, address: hostname });
  expect(gateway.warning).toBeUndefined();
  expect(gateway.urlAt(7001)).toBe(url);
});

test.each(["0.0.0.0", "::", "192.0.2.7", "::ffff:127.0.0.1"])(
  "at %s other machines are let in by a token alone",
  (host) => {
    expect(() => gatewayOf(home.paths, settingsOf(), { host })).toThrow(
      expect.objectContaining({
        ...{ code: "TOKEN_MISSING", unchanged: "Nothing was started." },
        message: `Refusing to listen on ${host} without a token`,
      }),
    );
    {
      using store = new AccessStore(home.paths);
      store.createToken("phone", "read");
    }
    using gateway = gatewayOf(home.paths, settingsOf(), { host });
    expect(gateway.warning).toStartWith(`It listens on ${host}: other machines reach it`);
  },
);

test.each([
  ["0.0.0.0", "http://127.0.0.1:80"],
  ["::", "http://127.0.0.1:80"],
  ["192.0.2.7", "http://192.0.2.7:80"],
])("a key of the settings is enough for %s, which this machine finds at %s", (host, url) => {
  const keys = { phone: { secret: "s".repeat(32), scope: "read" } } as const;
  using gateway = gatewayOf(home.paths, settingsOf({ keys }), { host });
  expect(gateway.urlAt(80)).toBe(url);
  expect(gateway.warning).toBeString();
});

test("each gateway has a key of its own, and the limits of the settings", () => {
  const set = settingsOf({ connections: 3, requestMs: 5, hosts: ["org.example"] });
  using one = gatewayOf(home.paths, set, { host: "127.0.0.1" });
  using other = gatewayOf(home.paths, set, { host: "127.0.0.1" });
  expect(one).toMatchObject({
    limits: { connections: 3, requestMs: 5 },
    hosts: ["org.example"],
  });
  expect(one.key).toMatch(/^own_[\w-]{43}$/);
  expect(one.key).not.toBe(other.key);
});

test.each(["example.com", "", "127.0.0.1:80", "256.0.0.1"])("%j is not an address", (host) => {
  expect(() => gatewayOf(home.paths, settingsOf(), { host })).toThrow(
    expect.objectContaining({ code: "USAGE" }),
  );
});
