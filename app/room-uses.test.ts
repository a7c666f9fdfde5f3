/** How the calls of tools went, put together out of rooms and of what no room has written down. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { UseStore } from "#home/use-store.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import { toolProposals } from "./tool-proposals.ts";
import { allUses, RoomUses, trustOfAll } from "./tool-report.ts";
import { toolsSource } from "./tools-source.ts";

const { signal } = new AbortController();
const DAY_MS = 24 * 60 * 60 * 1000;

/** Rooms by their ids, each with the results of a tool that it holds; each reading is counted. */
function roomsOf(results: Readonly<Record<string, readonly boolean[]>>, lastAt = 0) {
  const read: unknown[] = [];
  return {
    read,
    rooms: async () =>
      Object.entries(results).map(([room, { length: head }]) => ({ room, head, lastAt })),
    entries: async function* ({ id }: { readonly id: string }, given: AbortSignal) {
      read.push([id, given]);
      for (const [index, ok] of (results[id] ?? []).entries()) {
        yield { at: index + 1, event: { type: "tool-result", name: "sort", ok, ms: 5 } };
      }
    },
  };
}

test("calls of all rooms are put together, and a room that has not grown is not read again", async () => {
  const results: Record<string, readonly boolean[]> = { a: [true], b: [false, true] };
  const { read, ...rooms } = roomsOf(results);
  const uses = new RoomUses(rooms as never);
  const all = [
    { at: 1, ok: true },
    { at: 1, ok: false },
    { at: 2, ok: true },
  ];
  expect(await uses.all(signal)).toEqual(new Map([["sort", all]]));
  expect(await uses.all(signal)).toEqual(new Map([["sort", all]]));
  expect(read).toEqual([
    ["a", signal],
    ["b", signal],
  ]);
  results["a"] = [true, true];
  expect((await uses.all(signal)).get("sort")).toHaveLength(4);
  expect(read.slice(2)).toEqual([["a", signal]]);
});

test("beside the calls in rooms stand those of no room, and a home without any gets no database", async () => {
  await using folder = await temporaryFolder("room-uses");
  const paths = { toolUses: join(folder.path, "uses.sqlite") };
  const inRooms = new Map([["sort", [{ at: 1, ok: true }]]]);
  expect(allUses(inRooms, paths)("sort")).toEqual([{ at: 1, ok: true }]);
  expect(await Bun.file(paths.toolUses).exists()).toBe(false);
  const at = Date.now();
  {
    using store = new UseStore(paths.toolUses);
    store.add({ tool: "sort", ok: false, outcome: "exit", at } as never);
    store.add({ tool: "other", ok: true, at });
  }
  const of = allUses(inRooms, paths);
  expect(of("sort")).toMatchObject([
    { at: 1, ok: true },
    { at, ok: false, outcome: "exit" },
  ]);
  expect(of("other")).toMatchObject([{ at, ok: true }]);
  expect(of("none")).toEqual([]);
  const trust = trustOfAll(inRooms, paths);
  expect(trust("sort")).toMatchObject({ calls: 2, failures: 1, lastUsedAt: at });
  expect(trust("none")).toMatchObject({ calls: 0, failures: 0 });
});

/** As the registry has it: promoted so many days ago, or built in. */
function toolOf(name: string, days?: number): RegisteredTool {
  const listing = { name, description: `Does ${name}.`, state: "ready" };
  if (days === undefined) return { ...listing, origin: "built-in" } as never;
  const createdAt = new Date(Date.now() - days * DAY_MS).toISOString();
  const metadata = { provenance: { createdAt }, spec: { input: {} } };
  const verified = { metadata, folder: { files: new Map() } };
  return { ...listing, origin: "generated", verified } as never;
}

const WHY = "it was never used in the 70 days since it was promoted";

test("tools that may go are proposed with the reason, and rooms of the last thirty days are read", async () => {
  const now = 100 * DAY_MS;
  const registry = { list: async () => [toolOf("old", 70), toolOf("new", 1), toolOf("sh")] };
  const trust = () => ({ calls: 0, failures: 0, score: 0.5 }) as never;
  const proposed = async (lastAt: number) => {
    const { read, ...rooms } = roomsOf({ r: [true] }, lastAt);
    const all = await toolProposals({ rooms: rooms as never, registry, trust, now, signal });
    return { ...all, read };
  };
  const retire = [{ name: "old", why: WHY }];
  expect(await proposed(70 * DAY_MS)).toEqual({ make: [], retire, read: [["r", signal]] });
  expect(await proposed(70 * DAY_MS - 1)).toEqual({ make: [], retire, read: [] });
});

/** What the dashboard is given of three tools, and what it has begun. */
async function sourceOf(toolUses: string) {
  const done: unknown[] = [];
  const all = [toolOf("old", 70), toolOf("sort", 1), toolOf("sh")];
  const registry = {
    list: async () => all,
    get: async (name: string) => {
      done.push(["get", name]);
      return all.find((one) => one.name === name);
    },
    search: async (...asked: unknown[]) => {
      done.push(asked);
      return [all[1]];
    },
    switch: async (...asked: unknown[]) => void done.push(asked),
  };
  const { read: _read, ...rooms } = roomsOf({ a: Array.from({ length: 1750 }, () => true) });
  const source = toolsSource({
    context: { cleaner: new TextCleaner() },
    paths: { root: "/nowhere", toolUses },
    registry: async () => registry as never,
    rooms: rooms as never,
    start: (args) => void done.push(args),
  });
  return { source, done };
}

test("the dashboard lists each tool with its trust, and draws sixteen hundreds of calls at most", async () => {
  await using folder = await temporaryFolder("room-uses");
  const { source } = await sourceOf(join(folder.path, "none.sqlite"));
  const { tools, windows } = await source.list(signal);
  expect(tools.map(({ name, whyGo, trust }) => [name, whyGo, trust.calls])).toEqual([
    ["old", WHY, 0],
    ["sort", expect.stringMatching(/^it was last used \d+ days ago$/), 1750],
    ["sh", undefined, 0],
  ]);
  expect(tools[0]).not.toHaveProperty("verified");
  // Of 1750 calls the first 200 are left out.
  expect(windows).toHaveLength(16);
  expect(windows[0]).toMatchObject({ to: 300, calls: 100, good: 100 });
  expect(windows.at(-1)).toMatchObject({ to: 1750, calls: 50, good: 50 });
  const details = await source.details("sort", signal);
  expect(details).toMatchObject({ name: "sort", description: "Does sort.", cases: [], windows });
  const named = ["name", "description", "origin", "state", "why", "trust"];
  expect(Object.keys(details.contract).filter((key) => named.includes(key))).toEqual([]);
  expect(details.contract).toHaveProperty("provenance");
});

test("the dashboard searches twenty tools, switches one, and starts what retires one that is there", async () => {
  const { source, done } = await sourceOf("/nowhere/none.sqlite");
  expect(await source.search("order", signal)).toEqual(["sort"]);
  expect(await source.switch("sort", false)).toBeUndefined();
  expect(await source.retire("old")).toBeUndefined();
  expect(done).toEqual([
    ["order", 20, signal],
    ["sort", false],
    ["get", "old"],
    ["tools", "retire", "old"],
  ]);
});
