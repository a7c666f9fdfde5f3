/** What a command line asks of a model server, and which server it asks. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";
import { scriptedServer } from "#test/scripted-server.ts";

test("the models of the server are listed, or those of the one that is named", async () => {
  await using home = await testHome();
  await using server = scriptedServer([], { models: ["small", "large"] });
  await using other = scriptedServer([], { models: ["elsewhere"] });
  const config = `[providers.other]\nbase = "${other.url}"\nwire = "openai"\n`;
  await Bun.write(join(home.path, "org.config"), config);
  const org = async (...words: readonly string[]) =>
    await runCommand(
      { path: home.path, environment: { OLLAMA_BASE: server.url } },
      ...["models", ...words],
    );
  const { stdout } = await org("list");
  expect(stdout).toContain("small");
  expect(stdout).toContain("large");
  const named = (await org("list", "--provider", "other")).stdout;
  expect(named).toContain("elsewhere");
  expect(named).not.toContain("small");

  expect((await org("show", "small")).stdout).toContain("small");
  await expect(org("show", "smal")).rejects.toMatchObject({
    code: "MODEL_MISSING",
    message: `The server ${server.url} has no model "smal"`,
    why: "it lists small, large",
    remedies: ["org models show small"],
  });
  await expect(org("show", "zzz")).rejects.toMatchObject({ remedies: ["org models list"] });
  // What was learnt of it when it was shown is forgotten, once.
  expect((await org("forget", "small")).code).toBe(0);
  await expect(org("forget", "small")).rejects.toMatchObject({
    code: "MODEL_MISSING",
    message: `Nothing is known about the model "small" on ${server.url}`,
    why: "this home keeps nothing",
    remedies: ["org models list"],
  });
  await expect(org("list", "--provider", "third")).rejects.toMatchObject({
    ...{ code: "USAGE", why: "org.config names anthropic, other" },
  });
});

test("a server without a model says so", async () => {
  await using home = await testHome();
  await using server = scriptedServer([], { models: [] });
  const there = { path: home.path, environment: { OLLAMA_BASE: server.url } };
  await expect(runCommand(there, "models", "show", "m")).rejects.toMatchObject({
    ...{ why: "it lists none", remedies: ["org models list"] },
  });
});
