import { expect, test } from "bun:test";
import { homeMemory } from "#test/memory/home-memory.ts";
import { testJournal } from "#test/room-fixture.ts";
import type { Call } from "./home-wire.ts";
import { type MemoryRequest, memoryHandlers, remoteMemory } from "./memory-service.ts";
import type { Handlers } from "./owner-server.ts";

const { signal } = new AbortController();

/** As it travels. */
function callOf(handlers: Handlers): Call {
  return async function* (name, body, stop) {
    const lines = handlers[name]?.(JSON.parse(JSON.stringify(body)), stop) ?? [];
    for await (const line of lines) yield JSON.parse(JSON.stringify(line));
  };
}

test("every request has the same answer over the socket", async () => {
  await using home = await testJournal();
  await using own = homeMemory();
  const here = own.held.service(home.journal);
  const there = remoteMemory(callOf(memoryHandlers(here)));
  const draft = { text: "The shop opens at nine.", kind: "fact" } as const;
  const added = await there({ kind: "add", draft, room: "r1" }, signal);
  expect(added).toMatchObject({ outcome: "saved", notes: [{ id: 1, room: "r1", trust: "human" }] });
  const requests: readonly MemoryRequest[] = [
    { kind: "list" },
    { kind: "list", states: ["staged"] },
    { kind: "search", query: "shop", most: 3 },
    { kind: "show", id: 1 },
    { kind: "trust", id: 1 },
    { kind: "verify" },
    { kind: "reindex" },
  ];
  for (const request of requests) {
    expect(await there(request, signal)).toEqual(await here(request, signal));
  }
  expect(await there({ kind: "forget", id: 1 }, signal)).toEqual({ notes: [], episodes: [] });
  expect((await here({ kind: "list" }, signal)).notes).toEqual([]);
});

test.each([
  { kind: "add", draft: { text: "x", kind: "fact", scope: "everybody" } },
  { kind: "add", draft: { text: "x", kind: "fact", trust: "human" } },
  { kind: "show", id: 0 },
  { kind: "copy", to: "/tmp/x" },
])("%j is not a question to a memory", async (body) => {
  const call = callOf(memoryHandlers(() => Promise.reject(new Error("not asked"))));
  const answer = Array.fromAsync(call("memory", body, signal));
  await expect(answer).rejects.toMatchObject({ name: "ZodError" });
});
