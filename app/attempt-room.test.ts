/** What a room for one answer has of the room beside it, and what it has not. */
import { expect, test } from "bun:test";
import type { Entry, Journal } from "#core/journal.ts";
import type { Model } from "#models/model.ts";
import type { ChatRequest, Provider } from "#models/provider.ts";
import type { RoomOptions } from "#room/room-options.ts";
import { attemptOptions } from "./attempt-room.ts";

const { signal } = new AbortController();

function entry(seq: number): Entry {
  return Object({ seq, key: `k${seq}`, at: seq, event: { text: `${seq}` } });
}

function room(more: object = {}, shared: object = {}) {
  const asked: ChatRequest[] = [];
  const provider: Provider = Object({
    endpoint: "http://models.example",
    async *stream(request: ChatRequest) {
      asked.push(request);
      yield* [];
    },
  });
  const model: Model = Object({ persona: { id: "python" }, name: "m", provider });
  const seen: Journal[] = [];
  const memory = {
    source: (journal: Journal) => {
      seen.push(journal);
      return "its own";
    },
  };
  const options: RoomOptions = attemptOptions(
    Object({ models: [model], cleaner: "shared", rules: { rounds: 9 }, ...shared }),
    Object({ id: "r", history: [entry(1), entry(2)], memory, ...more }),
  );
  return { asked, model, seen, options };
}

test("it has the parts of the room beside it, a memory of its own, and one turn", () => {
  const { model, options, seen } = room();
  expect(options).toMatchObject({
    ...{ id: "r", cleaner: "shared", memory: "its own" },
    rules: { rounds: 1, turns: 1, continuations: 2, nearDuplicate: 0.9, duplicates: 2 },
  });
  expect(seen).toEqual([options.journal]);
  expect(options.models[0]).toBe(model);
  expect(options.roomTools?.(Object({}))).toEqual([]);
});

test("all speak with the model that is named, where there is one of that name", () => {
  const other: Model = Object({ persona: { id: "python" }, name: "other" });
  const asked: string[][] = [];
  const withModel = (...words: string[]) => {
    asked.push(words);
    return words[1] === "other" ? other : undefined;
  };
  expect(room({ model: "other" }, { withModel }).options.models).toEqual([other]);
  expect(asked).toEqual([["python", "other"]]);
  const { model, options } = room({ model: "none" }, { withModel });
  expect(options.models[0]).toBe(model);
  expect(room({ model: "other" }).options.models[0]?.name).toBe("m");
});

test("its answers are drawn anew where that is wished for", async () => {
  const { asked, options } = room({ sampling: { seed: 7, leastTemperature: 0.8 } });
  const request: ChatRequest = { model: "m", messages: [], tools: [] };
  for (const { provider } of options.models) {
    await Array.fromAsync(provider.stream(request, signal));
  }
  expect(asked).toMatchObject([{ seed: 7, temperature: 0.8 }]);
});

test("its journal begins with what was said, takes each key once, and is no other room's", async () => {
  const history = [entry(1), entry(2)];
  const { journal } = room({ history }).options;
  const event = Object({ text: "new" });
  expect(await journal.head("r")).toBe(2);
  expect(await journal.append("r", { key: "k2", event })).toEqual({ seq: 2, dup: true });
  expect(await journal.append("r", { key: "k3", event })).toEqual({ seq: 3, dup: false });
  expect(await journal.head("r")).toBe(3);
  const keys = async (from: number) =>
    (await Array.fromAsync(journal.read("r", from))).map(({ key, seq }) => `${key} ${seq}`);
  expect(await keys(1)).toEqual(["k1 1", "k2 2", "k3 3"]);
  expect(await keys(3)).toEqual(["k3 3"]);
  expect(await journal.rooms()).toEqual([]);
  expect(history).toHaveLength(2);
});
