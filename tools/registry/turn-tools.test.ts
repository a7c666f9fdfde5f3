import { expect, test } from "bun:test";
import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import type { Tool } from "../tool.ts";
import { Toolbox } from "../toolbox.ts";
import { TurnTools } from "./turn-tools.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

function tool(name: string, description = name): Tool {
  return defineTool({
    ...{ name, description, effect: "execute" },
    input: z.object({}),
    run: async () => ({ ok: true, output: `${name} ran` }),
  });
}

const long = "x".repeat(1100);
const many = ["a1", "b2", "c3", "d4"].map((name) => tool(name, `${name} ${long}`));
const call = (name: string, args: unknown = {}) => ({ id: "1", name, arguments: args });

test("where all fit, all are declared and there is nothing to search for", () => {
  const dynamic = new TurnTools([tool("a1"), tool("b2")], { find: async () => [] });
  expect(dynamic.declared.map(({ name }) => name)).toEqual(["a1", "b2"]);
});

test("a tool that is not declared can be called all the same", async () => {
  const box = new Toolbox([], { dynamic: new TurnTools(many, { find: async () => [] }) });
  expect(box.names).toEqual(["a1", "tools_search"]);
  expect(await box.run(call("d4"), context)).toMatchObject({ ok: true, output: "d4 ran" });
  expect(box.effectOf("d4")).toBe("execute");
});

test("what a search finds is declared from then on", async () => {
  const box = new Toolbox([], { dynamic: new TurnTools(many, { find: async () => ["sh", "c3"] }) });
  const found = await box.run(call("tools_search", { query: "third" }), context);
  expect(found.output).toStartWith("c3: c3 xxx");
  expect(found.output).toContain('arguments: {"type":"object"');
  expect(box.names.slice(0, 2)).toEqual(["c3", "a1"]);
  expect(box.schemas.map(({ name }) => name)).toEqual([...box.names]);
});

test("a search that finds nothing says so", async () => {
  const box = new Toolbox([], { dynamic: new TurnTools(many, { find: async () => [] }) });
  const found = await box.run(call("tools_search", { query: "?" }), context);
  expect(found).toMatchObject({ ok: true, output: "No tool matches that." });
});

test("a tool of the box goes before one of the dynamic ones with its name", async () => {
  const own = defineTool({
    ...{ name: "a1", description: "own", effect: "none" },
    input: z.object({}),
    run: async () => ({ ok: true, output: "own ran" }),
  });
  const box = new Toolbox([own], {
    dynamic: new TurnTools([tool("a1")], { find: async () => [] }),
  });
  expect(box.names).toEqual(["a1"]);
  expect((await box.run(call("a1"), context)).output).toBe("own ran");
});

test("an unknown name is answered with the nearest of all that can be called", async () => {
  const box = new Toolbox([], {
    dynamic: new TurnTools([...many, tool("slugify")], { find: async () => [] }),
  });
  expect((await box.run(call("slugfy"), context)).output).toContain("did you mean slugify?");
});
