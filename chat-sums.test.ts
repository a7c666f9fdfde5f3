/** Turns whose answer holds a sum that code finds wrong. */
import { expect, test } from "bun:test";
import { ChannelLock } from "#core/channel-lock.ts";
import type { RoomEvent } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { contextModel } from "#models/context-model.ts";
import type { CallStyle } from "#models/extract/extractor.ts";
import { agent } from "#models/personas/agent.ts";
import { writeAnswer } from "#models/turn-shape.ts";
import { memoryProvider, saying } from "#test/memory-provider.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools } from "./chat.ts";

interface Played {
  readonly events: readonly RoomEvent[];
  /** The last message of each request. */
  readonly last: readonly string[];
}

async function play(replies: readonly string[], calls: CallStyle = "shape"): Promise<Played> {
  const provider = memoryProvider((_request, index) => saying(replies[index] ?? "no reply"));
  const tools = new Toolbox([]);
  const asked = [{ role: "user" as const, content: "How long does it wait in all?" }];
  const turn = {
    ...{ id: "t1", message: "m1", tools, cleaner: new TextCleaner(), others: ["user"] },
    model: contextModel(
      { ...agent, profile: { calls } },
      { provider, name: "m", windowTokens: 8192, others: [] },
    ),
    history: [asked],
    shared: () => ({ history: [asked], tools: tools.schemas, present: ["agent"] }),
    ...{ lock: new ChannelLock(), limits: TURN_LIMITS, signal: new AbortController().signal },
  };
  const events: RoomEvent[] = [];
  for await (const event of runWithTools(turn)) events.push(event);
  return { events, last: provider.requests.map(({ messages }) => messages.at(-1)?.content ?? "") };
}

const answers = ({ events }: Played) =>
  events.flatMap((event) => (event.type === "answer" ? [event.text] : []));

// Qwen2.5-Coder-1.5B-Instruct on llama.cpp.
const WRONG = "The sum of the waits is 150 + 450 + 1350 = 2050.";
const RIGHT = "The sum of the waits is 1950.";

test("a small model is told once what really comes out, and answers again", async () => {
  const played = await play([writeAnswer(WRONG), writeAnswer(RIGHT)]);
  expect(answers(played)).toEqual(["", RIGHT]);
  expect(played.last[1]).toContain("150 + 450 + 1350 = 2050 is wrong, it is 1950.");
  expect(played.events.at(-1)).toMatchObject({ type: "turn-end", reason: "complete" });
});

test("a small model that stays with its sum ends the turn all the same", async () => {
  const played = await play([writeAnswer(WRONG), writeAnswer(WRONG)]);
  expect(answers(played)).toEqual(["", WRONG]);
  expect(played.events.at(-1)).toMatchObject({ type: "turn-end", reason: "complete" });
});

test("an answer that is given again is withdrawn: it is neither an answer for the user nor in the history", async () => {
  const { events } = await play([writeAnswer(WRONG), writeAnswer(RIGHT)]);
  const said = events.filter(({ type }) => /^(?:text-delta|reclassify|answer)$/.test(type));
  expect(said.map(({ type }) => type).join(" ")).toBe(
    "text-delta reclassify answer text-delta answer",
  );
  expect(said[2]).toMatchObject({ type: "answer", hop: 0, text: "", reasoning: WRONG, calls: [] });
});

test("a sum that is right, or of a larger model, ends the turn", async () => {
  expect(answers(await play([writeAnswer("150 + 450 + 1350 = 1950")]))).toHaveLength(1);
  expect(answers(await play([WRONG], "text"))).toHaveLength(1);
});
