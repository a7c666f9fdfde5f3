/** Turns that are stopped while neither a model speaks nor a program runs. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { contextModel } from "#models/context-model.ts";
import { agent } from "#models/personas/agent.ts";
import { calling, DONE, memoryProvider } from "#test/memory-provider.ts";
import { defineTool } from "#tools/define-tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools } from "./chat.ts";

/** Plays a turn whose model calls a tool. */
async function play(
  stop: AbortController,
  { cleaner = new TextCleaner(), onRun = (_signal: AbortSignal): void => undefined },
) {
  const provider = memoryProvider(() => [calling("sh", { cmd: "one" }), DONE]);
  const sh = defineTool({
    name: "sh",
    effect: "execute",
    description: "Runs it.",
    input: z.object({ cmd: z.string() }),
    run: async (_input, { signal }) => {
      onRun(signal);
      return { ok: true, output: "ran", exit: 0 };
    },
  });
  const turn = {
    ...{ id: "t1", message: "m1", tools: new Toolbox([sh]), cleaner, others: ["user"] },
    model: contextModel(agent, { provider, name: "m", windowTokens: 8192, others: [] }),
    history: [[{ role: "user" as const, content: "go" }]],
    ...{ lock: new ChannelLock(), limits: TURN_LIMITS, signal: stop.signal },
  };
  return { events: await Array.fromAsync(runWithTools(turn)), provider };
}

// Else what the turn changed in files would not be kept: that is done at its end.
test("an abort ends the turn as one while a long prompt is cleaned in slices", async () => {
  const stop = new AbortController();
  const cleaner = new TextCleaner();
  cleaner.ahead = async (_prompt, signal) => {
    stop.abort();
    signal?.throwIfAborted();
    return cleaner;
  };
  const { events, provider } = await play(stop, { cleaner });
  expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "aborted" });
  expect(provider.requests).toEqual([]);
});

test("an abort that a tool throws ends the turn as one, and the call has its result", async () => {
  const stop = new AbortController();
  const onRun = (signal: AbortSignal) => {
    stop.abort();
    signal.throwIfAborted();
  };
  const { events } = await play(stop, { onRun });
  const output = "The turn was stopped before this call had a result.";
  expect(events.filter(({ type }) => type === "tool-result")).toMatchObject([
    { ok: false, output },
  ]);
  expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "aborted" });
});
