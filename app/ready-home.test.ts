/** What a process does before it opens anything. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chooseHost, chosenHost } from "#platform/sandbox/host.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { findSettings, readyHome } from "./ready-home.ts";

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const found = async (
  command: string,
  env: Readonly<Record<string, string>>,
  flags: ReadonlyMap<string, string> = new Map(),
) => await findSettings({ command, root: home.path, flags, env });

describe("the settings of a process", () => {
  afterEach(() => chooseHost(undefined));

  test("name the home and leave the usual sandbox to the first program", async () => {
    const { settings, env } = await found("chat", { OLLAMA_MODEL: "m" });
    expect(settings).toMatchObject({ home: home.path, model: "m", sandbox: "bubblewrap" });
    expect(env).toEqual({ OLLAMA_MODEL: "m" });
    expect(chosenHost()).toBeUndefined();
  });

  test("choose another sandbox for the whole process", async () => {
    const image = `python@sha256:${"0".repeat(64)}`;
    writeFileSync(join(home.path, "org.config"), `[container]\nimage = "${image}"\n`);
    await found("chat", {}, new Map([["sandbox", "container"]]));
    expect(chosenHost()?.container).toBeDefined();
    chooseHost(undefined);
    const choice = found("chat", {}, new Map([["sandbox", "landlock"]]));
    // Not every kernel has it; then nothing else is chosen.
    const refusal = await choice.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) expect(chosenHost()?.landlockVersion).toBeGreaterThan(2);
    else expect(refusal).toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
    expect(chosenHost()?.container).toBeUndefined();
  });

  test("of org exec are those of its own contract", async () => {
    const env = { LLM_MODEL: "m", LLM_API_KEY: "key" };
    expect((await found("exec", env)).settings.model).toBe("m");
    expect((await found("chat", env)).settings.model).toBeUndefined();
  });
});

describe("a home is ready", () => {
  test("where nothing was cut off", async () => {
    expect(await readyHome(home.path, "chat")).toBe("");
  });

  test("but not with a plan of a restore that cannot be read", async () => {
    mkdirSync(dirname(home.paths.restorePlan), { recursive: true });
    writeFileSync(home.paths.restorePlan, "{}");
    await expect(readyHome(home.path, "chat")).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
  });

  test("but not with half a copy out of a database, but for what finishes it", async () => {
    mkdirSync(dirname(home.paths.unfinishedCopy), { recursive: true });
    writeFileSync(home.paths.unfinishedCopy, "");
    await expect(readyHome(home.path, "chat")).rejects.toThrow();
    expect(await readyHome(home.path, "db")).toBe("");
  });
});
