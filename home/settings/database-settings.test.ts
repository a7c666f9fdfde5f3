import { expect, test } from "bun:test";
import { explain } from "#core/errors.ts";
import { databaseSettings } from "./database-settings.ts";

const URL = "postgres://ada:p%40ss-word@h/org";

test("without an address there is no database", () => {
  expect(databaseSettings({}, { ORG_NODE: "office" }, "/c").database).toBeUndefined();
  expect(databaseSettings({ url: " " }, { ORG_DB: "" }, "/c").database).toBeUndefined();
});

test("the environment goes before the file, and a node has the name of its machine", () => {
  const file = { url: "postgres://file@h/org", node: "file" };
  const named = databaseSettings(file, { ORG_DB: URL, ORG_NODE: "office" }, "/c").database;
  expect(named).toMatchObject({ node: "office", servers: [{ username: "ada" }] });
  expect(databaseSettings(file, {}, "/c").database).toMatchObject({
    ...{ node: "file", servers: [{ username: "file" }] },
  });
  expect(databaseSettings({}, { ORG_DB: URL }, "/c").database?.node).toMatch(/^[\w.-]+$/);
});

test("every password is a secret, as it is written and as it is meant", () => {
  const urls = `${URL},postgres://bob:other@h/org`;
  expect(databaseSettings({}, { ORG_DB: urls }, "/c").secrets).toEqual(
    expect.arrayContaining(["p%40ss-word", "p@ss-word", "other"]),
  );
});

test.each([
  [{ url: URL, node: "a b" }, {}, "/c"],
  [{ url: URL }, { ORG_NODE: "x".repeat(41) }, "ORG_NODE"],
  [{ url: "mysql://ada:hunter2@h/org" }, {}, "/c"],
  [{}, { ORG_DB: "postgres://ada:hunter2@h" }, "ORG_DB"],
])("%j with %j is refused, by the name of where it stands", (entry, env, source) => {
  let text = "";
  try {
    databaseSettings(entry, env, "/c");
  } catch (error) {
    text = explain(error, true);
  }
  expect(text).toContain(`The setting in ${source} cannot be used`);
  expect(text).not.toContain("hunter2");
});

const KEY = `ssh-ed25519 ${"A".repeat(68)} office`;

test("tools travel by a folder or by ssh, and the environment goes before the file", () => {
  const read = (remote: string, env = {}) =>
    databaseSettings({ url: URL, remote, signers: [` ${KEY}`] }, env, "/c").database?.remote;
  expect(read("/srv/org.git")).toEqual({ url: "/srv/org.git", signers: [KEY] });
  expect(read("ssh://git@h.example:2222/srv/org.git")?.url).toContain("2222");
  expect(read("/a", { ORG_REMOTE: "ssh://h/r.git" })?.url).toBe("ssh://h/r.git");
  expect(databaseSettings({ url: URL }, {}, "/c").database?.remote).toBeUndefined();
});

test.each([
  ...["https://h/r.git", "r.git", "git@h:r.git", "ssh://-oProxyCommand=x/r", "ssh://a:b@h/r"],
  ...["/a b", "--upload-pack=x", "ext::sh -c x"],
])("%s is not a remote", (remote) => {
  expect(() => databaseSettings({ url: URL, remote }, {}, "/c")).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
});

test.each(["", "ssh-ed25519", `${KEY}\n* ${KEY}`, "* ssh-ed25519 AAAA"])(
  "%j is not a key of another node",
  (key) => {
    const entry = { url: URL, remote: "/r", signers: [key] };
    expect(() => databaseSettings(entry, {}, "/c")).toThrow(
      expect.objectContaining({ why: expect.stringContaining("public key") }),
    );
  },
);
