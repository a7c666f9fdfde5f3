import { describe, expect, test } from "bun:test";
import { execPaths, execSources } from "./exec-settings.ts";
import { readSettings } from "./settings.ts";

const CONTRACT = {
  LLM_PROVIDER: "anthropic",
  LLM_MODEL: "m1",
  LLM_BASE_URL: "http://127.0.0.1:1/",
  LLM_API_KEY: "key-of-the-contract",
  REPO_ROOT: "/repo",
  CONTEXT_ROOT: "/context",
  TRACKING_BREADCRUMB: "J-1",
};

describe("the environment of org exec", () => {
  test("names the model, over what the rest of org reads", () => {
    const env = { ...CONTRACT, OLLAMA_BASE: "http://127.0.0.1:2", OLLAMA_MODEL: "m2" };
    const settings = readSettings({ ...execSources(new Map(), env), defaultHome: "/missing" });
    expect(settings).toMatchObject({
      base: "http://127.0.0.1:1",
      wire: "anthropic",
      model: "m1",
      apiKey: "key-of-the-contract",
    });
    expect(settings.secrets).toContain("key-of-the-contract");
  });

  test("loses against options", () => {
    const given = new Map([
      ["model", "m3"],
      ["repo", "/other"],
    ]);
    const { flags } = execSources(given, CONTRACT);
    expect(Object.fromEntries(flags)).toMatchObject({
      model: "m3",
      repo: "/other",
      breadcrumb: "J-1",
    });
    expect(execPaths(flags)).toEqual({ repoRoot: "/other", contextRoot: "/context" });
  });

  test("without an address, Anthropic is where its makers serve it", () => {
    const base = (given: readonly (readonly [string, string])[]): string | undefined =>
      execSources(new Map(given), { LLM_PROVIDER: "anthropic" }).flags.get("base");
    expect(base([])).toBe("https://api.anthropic.com");
    expect(base([["base", "http://127.0.0.1:1"]])).toBe("http://127.0.0.1:1");
  });

  test("may be empty", () => {
    const { flags, env } = execSources(new Map(), { LLM_MODEL: "" });
    expect([flags.size, env]).toEqual([0, { LLM_MODEL: "" }]);
    expect(execPaths(flags)).toEqual({ repoRoot: process.cwd(), contextRoot: undefined });
  });

  test.each([
    ["LLM_PROVIDER", "opnai"],
    ["LLM_BASE_URL", "file:///x"],
  ])("%s has to be of use", (name, value) => {
    expect(() => execSources(new Map(), { [name]: value })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(name) }),
    );
  });
});
