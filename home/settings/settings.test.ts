import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "./settings.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-settings-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (env: Record<string, string> = {}, flags: Record<string, string> = {}) =>
  readSettings({ env, flags: new Map(Object.entries(flags)), defaultHome: home });
const configure = (text: string) => writeFileSync(join(home, "org.config"), text);

test("nothing configured: Ollama on this machine, and whatever model it has", () => {
  expect(read()).toMatchObject({ home, base: "http://127.0.0.1:11434", model: undefined });
});

test("a flag wins over the environment, and the environment over the file", () => {
  configure(
    'base = "http://file:1"\nmodel = "file"\nparallel = 2\n[personas.python]\nmodel = "coder"\n',
  );
  expect(read()).toMatchObject({
    base: "http://file:1",
    model: "file",
    parallel: 2,
    personaModels: { python: "coder" },
  });
  const env = { OLLAMA_BASE: "http://env:2/", OLLAMA_MODEL: "env", ORG_PARALLEL: "3" };
  expect(read(env)).toMatchObject({ base: "http://env:2", model: "env", parallel: 3 });
  expect(read(env, { base: "http://flag:3", model: "flag" })).toMatchObject({
    base: "http://flag:3",
    model: "flag",
  });
});

test("what is laid down of a model is read by the pattern of its name", () => {
  configure('[models."qwen*"]\ncalls = "shape"\nlean = true\nthink_open = false\n');
  expect(read().models).toEqual({ "qwen*": { calls: "shape", lean: true, thinkOpen: false } });
});

test("notes of the user are recalled by themselves unless the user says otherwise", () => {
  expect(read().recall).toBe("auto");
  configure('[memory]\nrecall = "ask"\n');
  expect(read().recall).toBe("ask");
});

test.each([
  ["example.org", "http://example.org:11434"],
  ["example.org:1234", "http://example.org:1234"],
  [":1234", "http://127.0.0.1:1234"],
  ["0.0.0.0", "http://127.0.0.1:11434"],
  ["https://example.org", "https://example.org:443"],
  ["http://example.org/", "http://example.org:80"],
  ["[::1]:5000", "http://[::1]:5000"],
])("OLLAMA_HOST=%s is %s", (host, base) => {
  expect(read({ OLLAMA_HOST: host }).base).toBe(base);
});

test.each([
  ["base = 3", "base: "],
  ['base = "file:///etc/passwd"', "base: "],
  ["colour = 1", "colour"],
  ["parallel = 0", "parallel: "],
  ['[models."m*"]\ncalls = "json"', 'models.m*.calls: Invalid option: expected one of "template"'],
  ['[models."m*"]\ntemperature = 3', "models.m*.temperature: "],
  ['[models."m*"]\nslots = 0', "models.m*.slots: "],
  ['[models."m*"]\nthink = true', "line 2: models.m*.think: "],
  ['[memory]\nrecall = "always"', "line 2: memory.recall: "],
  ["= =", "it is not TOML"],
])("refuses the file %j and says why", (text, why) => {
  configure(text);
  expect(() => read()).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", why: expect.stringContaining(why) }),
  );
});

test.each([
  [{ OLLAMA_BASE: "127.0.0.1:11434" }, "OLLAMA_BASE"],
  [{ ORG_CONTEXT_TOKENS: "many" }, "ORG_CONTEXT_TOKENS"],
])("refuses %j and names it", (env, name) => {
  expect(() => read(env)).toThrow(
    expect.objectContaining({
      code: "CONFIG_INVALID",
      message: `The setting in ${name} cannot be used`,
    }),
  );
});
