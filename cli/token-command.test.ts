import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessStore } from "#home/access-store.ts";
import { type CapturedOutput, capturedOutput } from "#test/captured-output.ts";
import { runToken } from "./token-command.ts";

let folder: string;
let store: AccessStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-token-"));
  store = new AccessStore({ access: join(folder, "access.sqlite") }, () => 0);
});
afterEach(async () => {
  store[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function run(
  words: readonly string[],
  flags: Readonly<Record<string, string>> = {},
): CapturedOutput {
  const output = capturedOutput();
  expect(runToken(words, { store, output, flags: new Map(Object.entries(flags)) })).toBe(0);
  return output;
}

test("prints a new token alone on standard output, once", () => {
  const { stdout, stderr } = run(["create"], { name: "ci", scope: "read" });
  expect(stdout).toMatch(/^org_[0-9a-f]{12}_[\w-]{43}\n$/);
  const [{ id } = { id: "" }] = store.list();
  expect(stderr).toBe(`It is shown only once. org token revoke ${id} revokes it.\n`);
  expect(run([]).stdout).toBe(`${id}  bearer  read   1970-01-01  ci\n`);
  expect(run(["list"], { json: "" }).stdout).not.toContain(stdout.trim());
});

test("of a key it prints the id, and where its secret is", async () => {
  const { stdout, stderr } = run(["create"], { name: "ci", hmac: "", json: "" });
  const { id, path, scope } = JSON.parse(stdout);
  expect(stderr).toBe(`Its secret is in "${path}", which only you can read.\n`);
  expect(run(["create"], { name: "b", hmac: "" }).stdout).toMatch(/^[0-9a-f]{12}\n$/);
  expect([await Bun.file(path).exists(), scope]).toEqual([true, "run"]);
  expect(store.key(id)?.name).toBe("ci");
});

test("a new token as JSON has its id and what it may do, and is one that the store knows", () => {
  const longest = "a".repeat(64);
  const { stdout } = run(["create"], { name: longest, json: "" });
  const [one] = store.list();
  expect(JSON.parse(stdout)).toEqual({
    ...{ id: one?.id, scope: "run", token: expect.stringContaining(`org_${one?.id}_`) },
  });
  expect(one?.name).toBe(longest);
  expect(JSON.parse(run(["list"], { json: "" }).stdout)).toEqual({ tokens: [{ ...one }] });
});

test("revokes", () => {
  const { token, id } = store.createToken("ci", "run");
  expect(token).toContain(id);
  expect(JSON.parse(run(["revoke", id], { json: "" }).stdout)).toEqual({ id, revoked: true });
  expect(run([])).toMatchObject({
    ...{
      stdout: "",
      stderr: "There is no token: every program on this machine can use the ports.\n",
    },
  });
  expect(run(["list"], { json: "" })).toMatchObject({ stdout: '{"tokens":[]}\n', stderr: "" });
  const plain = store.createToken("ci", "run");
  expect(run(["revoke", plain.id])).toMatchObject({ stdout: "", stderr: "" });
});

const WRONG: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
  ['org token: unknown action "creat"', ["creat"], {}],
  ["--name needs", ["create"], {}],
  ["--name needs", ["create"], { name: "a\nb" }],
  ["--scope is one of", ["create"], { name: "a", scope: "root" }],
  ["Which token?", ["revoke"], {}],
  ["--name needs", ["create"], { name: "a".repeat(65) }],
  ["only for org token create", ["list"], { scope: "read" }],
  ["only for org token create", ["revoke", "x"], { hmac: "" }],
  ["Unexpected argument", ["create", "x"], { name: "a" }],
  ["Unexpected argument", ["revoke", "x", "y"], {}],
  ["no token", ["revoke", "0f3a9c1e77b2"], {}],
  ["Unexpected argument", ["list", "x"], {}],
  ["only for org token create", ["list"], { name: "a" }],
];
test.each(WRONG)("%s: %p %p", (text, words, flags) => {
  const options = { store, output: capturedOutput(), flags: new Map(Object.entries(flags)) };
  expect(() => runToken(words, options)).toThrow(text);
  const isOwn = !text.includes("no token") && !text.includes("unknown action");
  if (isOwn) {
    expect(() => runToken(words, options)).toThrow(
      expect.objectContaining({
        ...{ code: "USAGE", remedies: ["org help token"] },
        unchanged: "Nothing was made or revoked.",
      }),
    );
  }
  expect(store.isEmpty).toBe(true);
});
