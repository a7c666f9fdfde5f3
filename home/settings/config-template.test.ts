import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOML } from "bun";
import { readConfigFile } from "./config-file.ts";
import { CONFIG_TEMPLATE } from "./config-template.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-template-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** With every setting that was put aside. */
const everything = CONFIG_TEMPLATE.replaceAll(/^#(?=\S)/gm, "");

test("the first org.config changes nothing", () => {
  expect(TOML.parse(CONFIG_TEMPLATE)).toEqual({});
});

test("every setting that it shows can be used as it stands there", async () => {
  const path = join(folder, "org.config");
  // A server is either named or described.
  await Bun.write(path, everything.replace(/^provider = "cloud"\n/m, ""));
  const { config } = readConfigFile(path, {
    MY_API_KEY: "key",
    MY_SIGNING_KEY: "a key of sixteen or more",
    MY_DATABASE: "postgres://org:secret@db.example.com/org",
    MY_BOT_TOKEN: "123456:a-token-as-long-as-a-real-one",
  });
  expect(config).toMatchObject({
    profile: "dev",
    fallback: ["llama3.2", "cloud/claude-sonnet-4-5"],
  });
});

test("it shows every setting that there is", async () => {
  const schema = await Bun.file(join(import.meta.dir, "config-schema.ts")).text();
  const [, file = ""] = /export interface ConfigFile \{\n([\s\S]*?)\n\}/.exec(schema) ?? [];
  const known = [...file.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = ""]) => name);
  expect(known.length).toBeGreaterThan(15);
  expect(Object.keys(Object(TOML.parse(everything))).toSorted()).toEqual(known.toSorted());
});
