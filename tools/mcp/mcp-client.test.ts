import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { McpServerSettings } from "#core/mcp-server.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { Toolbox } from "../toolbox.ts";
import { calledName, pinOf, readDefinitions } from "./definition.ts";
import { McpConnection } from "./mcp-connection.ts";
import { approvedTools, withMcpTools } from "./mcp-tools.ts";
import { PinStore } from "./pin-store.ts";

const FIXTURE = join(import.meta.dir, "../../test/fixtures/mcp-server.ts");
const { signal } = new AbortController();

/** It is disposed of behind each test. */
type Connection = Pick<McpConnection, "tools" | "call">;

let folder: TemporaryFolder;
let parts: AsyncDisposableStack;
let pins: PinStore;
beforeEach(async () => {
  folder = await temporaryFolder("mcp");
  parts = new AsyncDisposableStack();
  pins = new PinStore(join(folder.path, "pins.json"));
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function connect(
  words: readonly string[] = [],
  changes: Partial<McpServerSettings> = {},
  connectMs?: number,
): Connection {
  const settings = {
    ...({ kind: "program", name: "weather", tools: ["*"], callMs: 20_000 } as const),
    ...{ command: [process.execPath, FIXTURE, ...words], files: [FIXTURE], network: [] },
    environment: { TOKEN: "abc" },
    ...changes,
  } as McpServerSettings;
  return parts.use(new McpConnection({ settings, connectMs }));
}

async function approve(connection: Connection): Promise<void> {
  const { tools } = await connection.tools();
  await pins.set("weather", { approvedAt: "2026-01-01T00:00:00.000Z", isEnabled: true, tools });
}

/** Calls a tool as a persona does. */
async function run(connection: Connection, name: string): Promise<{ ok: boolean; output: string }> {
  const servers = [{ name: "weather", patterns: ["*"], connection }];
  const cleaner = new TextCleaner(["abc-secret"]);
  const box = new Toolbox(approvedTools({ servers, pins, cleaner }), { cleaner });
  const { ok, output } = await box.run(
    { id: "1", name, arguments: { town: "Bern" } },
    { persona: "agent", signal },
  );
  return { ok, output };
}

describe("a server in the sandbox", () => {
  test("is asked for its tools, which are approved, named after it, and called", async () => {
    const connection = connect();
    await approve(connection);
    const names = pins.of("weather")?.tools.map(({ name }) => name);
    expect(names?.slice(0, 4)).toEqual(["forecast", "sh", "stall", "flood"]);
    // Its escape codes are taken out as those of every tool.
    expect(await run(connection, "weather__forecast")).toEqual({ ok: true, output: "sun abc" });
    // Its "sh" is not ours.
    expect((await run(connection, "sh")).ok).toBe(false);
  });

  test("sees no environment of ours, no file of ours and no network", async () => {
    const connection = connect();
    await approve(connection);
    const { output } = await run(connection, "weather__env");
    expect(output).not.toContain("ORG");
    expect(output).toContain("TOKEN");
    expect(output).toEndWith("false no network");
  });

  test("is not called once it describes a tool otherwise, until a person approves it again", async () => {
    await approve(connect());
    const turned = connect(["turned"]);
    const { ok, output } = await run(turned, "weather__forecast");
    expect([ok, output.includes("is not the one you approved")]).toEqual([false, true]);
    // The others are as they were.
    expect((await run(turned, "weather__env")).ok).toBe(true);
    await approve(turned);
    expect((await run(turned, "weather__forecast")).ok).toBe(true);
  });

  test("works again after it has ended, at the next call", async () => {
    const connection = connect();
    await approve(connection);
    expect((await run(connection, "weather__end")).output).toContain("it ended (exit code 3)");
    expect(await run(connection, "weather__forecast")).toEqual({ ok: true, output: "sun abc" });
  });

  test("that does not answer is one failed call", async () => {
    const connection = connect([], { callMs: 500 });
    await approve(connection);
    expect((await run(connection, "weather__stall")).output).toContain("Request timed out");
  });

  test("that answers with 20 MB is one failed call", async () => {
    const connection = connect();
    await approve(connection);
    const flood = await run(connection, "weather__flood");
    expect(flood.output).toContain("it sent a message of more than 4 MiB");
    expect((await run(connection, "weather__forecast")).ok).toBe(true);
  });

  test.each([
    ["lists 200 tools", "many", "more than 128 tools", 128],
    ["describes a tool in 5,000 bytes", "long", "longer than 2048 bytes", 1],
    ["has names that look alike", "alike", "3 tools have names that look alike", 1],
  ])("%s: what is too much is refused", async (...[, how, why, count]) => {
    const { tools, refused } = await connect([how]).tools();
    expect(refused.join("; ")).toContain(why);
    expect(tools).toHaveLength(count);
  });

  test.each([
    ["an unknown version", "old", "Server's protocol version is not supported: 1999-01-01"],
    ["other ids than were asked", "ids", "it did not answer within 1,500 ms"],
    ["pages without end", "pages", "its list has more than 64 pages"],
  ])("answers with %s: it cannot be asked", async (...[, how, why]) => {
    // A whole start fits in where an answer is expected, on a machine that is busy, too.
    const connectMs = how === "ids" ? 1500 : undefined;
    const failed = connect([how], {}, connectMs).tools();
    await expect(failed).rejects.toMatchObject({ code: "MCP_UNREACHABLE", why });
  });

  test("cannot be started: said, and after five times within ten minutes only a person starts it again", async () => {
    let now = 0;
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const settings = {
      ...({ kind: "program", name: "weather", tools: ["*"], callMs: 1000 } as const),
      ...{ command: ["/usr/bin/false"], files: [], network: [], environment: {} },
    };
    await using connection = new McpConnection({ settings, now: () => now, sleep });
    const why = async () => (await connection.tools().catch((error) => error)).why;
    for (let tries = 0; tries < 5; tries += 1) expect(await why()).toBe("it ended (exit code 1)");
    expect(waits).toEqual([1000, 2000, 4000]);
    now += 60_001;
    const down = "it ended 5 times within ten minutes, and is not started again for 9 min";
    expect(await why()).toBe(down);
    await connection.restart();
    expect(await why()).toBe("it ended (exit code 1)");
  });
});

describe("what is on disk of it", () => {
  test("escape codes of a description reach no model, and what is approved is word for word what it said", async () => {
    const connection = connect(["escapes"]);
    await approve(connection);
    const [stored] = pins.of("weather")?.tools ?? [];
    expect(stored?.description).toContain("\u001b]52");
    const servers = [{ name: "weather", patterns: ["*"], connection }];
    const dynamic = withMcpTools(undefined, { servers, pins, cleaner: new TextCleaner() });
    const description = dynamic?.find("weather__forecast")?.schema.description ?? "";
    expect(description).toStartWith("Weather.");
    for (const bad of ["\u001b", "\u0000", "\u202e"]) expect(description).not.toContain(bad);
    expect(dynamic?.declared.map(({ name }) => name)).toEqual(["weather__forecast"]);
  });

  test("a server that is not approved, or disabled, has no tools", async () => {
    const servers = [{ name: "weather", patterns: ["*"], connection: connect() }];
    const tools = () => approvedTools({ servers, pins, cleaner: new TextCleaner() });
    expect(tools()).toEqual([]);
    await approve(connect());
    expect(tools()).toHaveLength(11);
    const approved = pins.of("weather");
    if (approved !== undefined) await pins.set("weather", { ...approved, isEnabled: false });
    expect(tools()).toEqual([]);
  });

  test("a damaged file approves nothing, and says what to do", async () => {
    await Bun.write(join(folder.path, "pins.json"), "{}");
    expect(() => pins.of("weather")).toThrow("cannot be read");
  });
});

test("names are prefixed, cut with a hash when they are long, and kept apart", () => {
  expect(calledName("w", "read file")).toBe("w__read_file");
  const [one, two] = ["a", "b"].map((end) => calledName("w", `${"x".repeat(80)}${end}`));
  expect([one?.length, one === two]).toEqual([64, false]);
});

test("a pin holds every field, and not their order", () => {
  const tool = { name: "a", inputSchema: { type: "object", x: 1 } };
  expect(pinOf(tool)).toBe(pinOf({ inputSchema: { x: 1, type: "object" }, name: "a" }));
  expect(pinOf(tool)).not.toBe(pinOf({ ...tool, annotations: { readOnlyHint: true } }));
});

test("tools that the human did not name are not looked at", () => {
  const given = [{ name: "a", inputSchema: {} }, { name: "b", inputSchema: {} }, { odd: true }];
  expect(readDefinitions(given, "w", ["a"])).toEqual({
    tools: [{ name: "a", inputSchema: {} }],
    refused: ["a tool that cannot be read"],
  });
});
