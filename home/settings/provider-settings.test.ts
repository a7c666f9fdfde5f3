import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "./settings.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-providers-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (env: Record<string, string> = {}, flags: Record<string, string> = {}) =>
  readSettings({ env, flags: new Map(Object.entries(flags)), defaultHome: home });
const configure = (text: string) => writeFileSync(join(home, "org.config"), text);

test("nothing is given: the compatible wire, and another server may be looked for", () => {
  expect(read()).toMatchObject({ wire: "openai", isBaseExplicit: false, fallback: [] });
  expect(read().contextTokens).toBeUndefined();
});

test.each([
  [{ OLLAMA_BASE: "http://a:1" }, {}],
  [{ OPENAI_BASE_URL: "http://a:1" }, {}],
  [{ OLLAMA_HOST: "127.0.0.1" }, {}],
  [{}, { base: "http://a:1" }],
])("%p and %p choose a server: no other one is looked for", (env, flags) => {
  expect(read(env, flags).isBaseExplicit).toBe(true);
});

test("the wire: a flag over the environment over the file over the address", () => {
  configure('base = "https://api.anthropic.com"\n');
  expect(read().wire).toBe("anthropic");
  configure('wire = "ollama"\nkeep_alive = "30m"\n');
  expect(read()).toMatchObject({ wire: "ollama", keepAlive: "30m", isBaseExplicit: true });
  expect(read({ ORG_WIRE: "openai" }).wire).toBe("openai");
  expect(read({ ORG_WIRE: "openai" }, { wire: "anthropic" }).wire).toBe("anthropic");
  expect(() => read({ ORG_WIRE: "telnet" })).toThrow("The setting in ORG_WIRE cannot be used");
});

test("each wire takes its own key, and no other", () => {
  const env = { OPENAI_API_KEY: "key-of-openai", ANTHROPIC_API_KEY: "key-of-anthropic" };
  expect(read(env).apiKey).toBe("key-of-openai");
  expect(read({ ...env, ORG_WIRE: "anthropic" }).apiKey).toBe("key-of-anthropic");
  configure('provider = "anthropic"\n');
  expect(read(env)).toMatchObject({
    base: "https://api.anthropic.com",
    wire: "anthropic",
    apiKey: "key-of-anthropic",
  });
  // Another server was chosen for this run: what the file says of a provider is not for it.
  expect(read({ ...env, OLLAMA_BASE: "http://a:1" })).toMatchObject({
    base: "http://a:1",
    wire: "openai",
    apiKey: "key-of-openai",
  });
});

test("providers by name, those of personas, and a chain", () => {
  configure(`
    provider = "big"
    fallback = ["qwen3:8b", "anthropic/claude-sonnet-4-5"]
    [providers.big]
    base = "http://10.0.0.5:8000/"
    api_key = "\${BIG_KEY}"
    [providers.small]
    base = "http://127.0.0.1:11434"
    wire = "ollama"
    [personas.python]
    provider = "small"
    [personas.agent]
    model = "m"
  `);
  const settings = read({ BIG_KEY: "key-of-big-one" });
  expect(settings).toMatchObject({
    base: "http://10.0.0.5:8000",
    wire: "openai",
    apiKey: "key-of-big-one",
    personaProviders: { python: "small" },
    personaModels: { agent: "m" },
    fallback: ["qwen3:8b", "anthropic/claude-sonnet-4-5"],
  });
  expect(settings.providers["small"]).toMatchObject({ wire: "ollama", apiKey: undefined });
  expect(settings.secrets).toContain("key-of-big-one");
});

test.each([
  ['provider = "stranger"', "provider: there is no [providers.stranger]; there are anthropic"],
  ['[personas.agent]\nprovider = "x"', "personas.agent.provider: there is no [providers.x]"],
  ['wire = "telnet"', "wire:"],
  ['keep_alive = "soon"', "keep_alive:"],
  ['[providers."a/b"]\nbase = "http://a"', "providers.a/b:"],
  ['[providers.a]\nwire = "openai"', "providers.a.base:"],
  [
    '[providers.a]\nbase = "http://a"\napi_key = "sk-1234567890abcdefghij"',
    "the file must not contain a secret",
  ],
])("%s is refused", (text, why) => {
  configure(text);
  expect(() => read()).toThrow(expect.objectContaining({ why: expect.stringContaining(why) }));
});
