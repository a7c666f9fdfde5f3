import { expect, test } from "bun:test";
import { readSettings } from "#home/settings/settings.ts";
import { memoryProvider, saying } from "#test/memory-provider.ts";
import { ServeUpkeep } from "./serve-upkeep.ts";

const { signal } = new AbortController();

test("each question of the supervisor reaches the part of the process that answers it", async () => {
  const done: string[] = [];
  const provider = memoryProvider(() => saying("ready"));
  const providers = {
    main: provider,
    own: new Map(),
    checkMain: async () => "up" as const,
    probeMain: async () => false,
    shrinkEngine: async () => "halved" as const,
  };
  const upkeep = new ServeUpkeep({
    app: {
      providers: async () => providers as never,
      mcpServers: () => Promise.reject(new Error("no servers here")),
      settings: readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" }),
    },
    endpoint: {
      figures: async () => ({ queued: 1, oldestMs: 2, workers: 3, busy: 1, unsettledMs: 4 }),
      dropSilent: async (ms) => {
        done.push(`drop ${ms}`);
        return 2;
      },
      checkpoint: () => void done.push("queue"),
    },
    log: { sample: () => void done.push("sample") },
  });
  const ask = async (name: string, body: unknown = {}) => {
    const answers = upkeep.handlers[name]?.(body, signal) ?? [];
    return (await Array.fromAsync(answers as AsyncIterable<unknown>))[0];
  };
  const owned = ask("upkeep-checkpoint");
  const service = { notify: async ({ text }: { text: string }) => void done.push(text) };
  upkeep.owns({ checkpoint: () => void done.push("journal"), service } as never);
  await owned;
  expect(await ask("upkeep-queue")).toEqual({
    queue: { queued: 1, oldestMs: 2, workers: 3, busy: 1, unsettledMs: 4 },
  });
  expect(await ask("upkeep-provider")).toEqual({ state: "up" });
  expect(await ask("upkeep-probe")).toEqual({ isWell: false });
  expect(await ask("upkeep-engine")).toEqual({ state: "halved" });
  expect(await ask("upkeep-model")).toEqual({ isWell: true });
  expect(provider.requests[0]?.maxTokens).toBe(16);
  expect(await ask("upkeep-workers")).toEqual({ count: 2 });
  await ask("upkeep-sample");
  await ask("upkeep-tell", { text: "the disk is nearly full" });
  expect(done).toEqual(["journal", "queue", "drop 300000", "sample", "the disk is nearly full"]);
});
