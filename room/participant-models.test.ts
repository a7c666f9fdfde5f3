import { describe, expect, test } from "bun:test";
import { estimateTokens, schemaTokens } from "#models/context.ts";
import type { Persona } from "#models/persona.ts";
import { systemPrompt } from "#models/system-prompt.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { memoryProvider } from "#test/memory-provider.ts";
import { browserTool } from "#tools/browser/browser-tool.ts";
import { chatModeTool } from "#tools/chat-mode.ts";
import { dockerManageTool } from "#tools/docker/docker-manage.ts";
import { forgeTool } from "#tools/forge-tool.ts";
import { memorySaveTool } from "#tools/memory-save.ts";
import { memorySearchTool } from "#tools/memory-search.ts";
import { projectTools } from "#tools/project/project-tools.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import { sendTelegramTool } from "#tools/send-telegram.ts";
import { shTool } from "#tools/sh.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { webFetchTool } from "#tools/web-fetch.ts";
import { webRequestTool } from "#tools/web-request.ts";
import { allPersonas, BUILT_IN, participantModels } from "./participant-models.ts";

/** What a persona costs before anybody has said a word, in tokens. */
const MOST = 1500;

const browser = browserTool({
  ...{ describe: () => ({}), approvedHosts: () => [], close: () => Promise.resolve() },
  run: () => Promise.reject(new Error("not opened here")),
});
const tools = new Toolbox([
  shTool(),
  pythonRunTool(),
  webFetchTool({ workspace: workspaceAt("/nowhere") }),
  webRequestTool(),
  chatModeTool(() => Promise.resolve()),
  ...projectTools(workspaceAt("/nowhere")),
  memorySaveTool(() => Promise.resolve("")),
  memorySearchTool(() => Promise.resolve("")),
  dockerManageTool("/nowhere", "home"),
  sendTelegramTool(() => Promise.resolve("")),
  forgeTool(
    () => Promise.reject(new Error("not built here")),
    () => Promise.resolve(),
  ),
]);

test.each(BUILT_IN.map((persona) => [persona.id, persona] as const))(
  "%s, its rules and its tools take less than 1,500 tokens of every prompt",
  (_id, persona) => {
    const prompt = systemPrompt(
      persona,
      BUILT_IN.filter((other) => other !== persona),
    );
    // The browser has a limit of its own below: only a home that turns it on has it.
    const names = persona.tools.filter((name) => name !== browser.schema.name);
    const own = tools.pick(names);
    expect(own.names).toEqual(names);
    expect(estimateTokens(prompt) + schemaTokens(own.schemas)).toBeLessThan(MOST);
  },
);

test("a home that turns the browser on pays less than 300 tokens more", () => {
  expect(BUILT_IN.some((persona) => persona.tools.includes(browser.schema.name))).toBe(true);
  expect(schemaTokens([browser.schema])).toBeLessThan(300);
});

describe("a user's personas", () => {
  const persona = (id: string): Persona => ({ id, description: "", prompt: "x", tools: [] });

  test("come behind the built-in ones", () => {
    const ids = allPersonas([persona("critic")]).map(({ id }) => id);
    expect(ids).toEqual(["agent", "python", "toolsmith", "critic"]);
  });

  test("replace a built-in one of the same name in its place", () => {
    const mine = persona("python");
    expect(allPersonas([mine])).toEqual(
      [BUILT_IN[0], mine, BUILT_IN[2]].filter((one) => one !== undefined),
    );
  });
});

test("a persona with a provider of its own speaks through that one", () => {
  const [everybodys, own] = [memoryProvider(() => []), memoryProvider(() => [])];
  const models = participantModels(BUILT_IN, {
    ...{ provider: everybodys, model: "m", personaModels: { python: "coder" }, windowTokens: 4096 },
    own: { python: { provider: own } },
  });
  const chosen = models.map(({ persona, name, provider }) => [persona.id, name, provider === own]);
  expect(chosen).toEqual([
    ["agent", "m", false],
    ["python", "coder", true],
    ["toolsmith", "m", false],
  ]);
});
