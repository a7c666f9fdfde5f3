import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import type { DynamicTools } from "../dynamic-tools.ts";
import type { McpDefinition } from "./definition.ts";
import { approvedTools, type McpToolsParts, withMcpTools } from "./mcp-tools.ts";
import { PinStore } from "./pin-store.ts";

let folder: TemporaryFolder;
let pins: PinStore;
beforeEach(async () => {
  folder = await temporaryFolder("mcp-tools");
  pins = new PinStore(join(folder.path, "pins.json"));
});
afterEach(() => folder[Symbol.asyncDispose]());

const tool = (name: string, description = `Does ${name}.`): McpDefinition => {
  return { name, description, inputSchema: { type: "object" } };
};

async function approve(...tools: readonly McpDefinition[]): Promise<void> {
  const approvedAt = "2026-01-01T00:00:00.000Z";
  await pins.set("weather", { approvedAt, isEnabled: true, tools });
}

/** No server is asked for what is offered. */
function parts(patterns: readonly string[] = ["*"]): McpToolsParts {
  const refuse = () => Promise.reject(new Error("not asked"));
  const connection = { tools: refuse, call: refuse };
  return { servers: [{ name: "weather", patterns, connection }], pins, cleaner: new TextCleaner() };
}

test("a server that is called as a field of every object is a server as others", async () => {
  expect(pins.of("constructor")).toBeUndefined();
  await approve(tool("forecast"));
  expect(pins.of("constructor")).toBeUndefined();
});

test("a damaged file of approvals takes no other tool away", async () => {
  await Bun.write(join(folder.path, "pins.json"), "{}");
  const others: DynamicTools = { declared: [], names: ["ours"], find: () => undefined };
  const dynamic = withMcpTools(others, parts());
  expect(dynamic?.names).toEqual(["ours"]);
  expect(dynamic?.notice).toContain("pins.json cannot be read");
});

test("of more tools than a model is told of, those are told of that the words are about", async () => {
  const many = Array.from({ length: 40 }, (_, at) => tool(`t${at}`));
  await approve(...many, tool("read_file", "Reads the contents of a file."));
  const dynamic = withMcpTools(undefined, parts(), "what do the files contain?");
  expect(dynamic?.declared).toHaveLength(16);
  expect(dynamic?.declared[0]?.name).toBe("weather__read_file");
  expect(dynamic?.find("weather__t39")?.name).toBe("weather__t39");
});

test("what the human's file no longer names is not offered, though it was approved", async () => {
  await approve(tool("forecast"), tool("sell"));
  const named = approvedTools(parts(["fore*"])).map(({ name }) => name);
  expect(named).toEqual(["weather__forecast"]);
});

test("a turn that is stopped waits for no server", async () => {
  await approve(tool("forecast"));
  const stop = new AbortController();
  const asked = Promise.withResolvers<void>();
  const tools = () => {
    asked.resolve();
    return new Promise<never>(() => undefined);
  };
  const connection = { tools, call: () => Promise.reject(new Error("not called")) };
  const servers = [{ name: "weather", patterns: ["*"], connection }];
  const [forecast] = approvedTools({ ...parts(), servers });
  const running = forecast?.run({}, { persona: "agent", signal: stop.signal });
  await asked.promise;
  stop.abort(new Error("stopped"));
  await expect(running).rejects.toThrow("stopped");
});
