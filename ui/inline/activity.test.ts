import { describe, expect, test } from "bun:test";
import type { ContextUse, RoomEvent } from "#core/events.ts";
import { Activity, rateOf } from "./activity.ts";
import { callLabel } from "./tool-pieces.ts";

const WHO = { turn: "turn_1", persona: "agent" };

function begun(): Activity {
  const activity = new Activity(
    { model: "m", usedTokens: undefined, windowTokens: 100 },
    callLabel,
  );
  const start: RoomEvent = {
    type: "turn-start",
    ...WHO,
    message: "msg_1",
    model: "m",
    window: 8192,
  };
  activity.take(start, 1000);
  return activity;
}

function ended(context?: ContextUse): Activity {
  const activity = begun();
  const usage = { promptTokens: 5000, completionTokens: 100 };
  activity.take({ type: "turn-end", ...WHO, reason: "complete", usage, context }, 3000);
  return activity;
}

test("tokens are counted with those of thinking, and only text is kept for the live line", () => {
  const activity = begun();
  activity.take({ type: "reasoning-delta", ...WHO, text: "Hm" }, 2000);
  activity.take({ type: "text-delta", ...WHO, text: "Yes, " }, 2500);
  activity.take({ type: "text-delta", ...WHO, text: "indeed" }, 3000);
  const [turn] = activity.turns;
  expect(turn).toMatchObject({ tokens: 3, textTail: "Yes, indeed", firstTokenMs: 2000 });
  expect(turn && rateOf(turn, 3000)).toBe(2);
  expect(turn && rateOf(turn, 2100)).toBeUndefined();
});

test("tokens that come together are counted by their characters", () => {
  const activity = begun();
  activity.take({ type: "text-delta", ...WHO, text: "nine char".repeat(10) }, 2000);
  expect(activity.turns[0]?.tokens).toBe(20);
});

test("text of a completion that was thinking after all is dropped", () => {
  const activity = begun();
  activity.take({ type: "text-delta", ...WHO, text: "Hm" }, 2000);
  activity.take({ type: "reclassify", ...WHO }, 2000);
  expect(activity.turns[0]?.textTail).toBe("");
});

describe("a phase", () => {
  test.each([
    ["queued", "behind python", "queued behind python"],
    ["waiting", undefined, "reading prompt"],
    ["loading", undefined, "loading"],
    ["compacting", undefined, "summing up"],
    ["approval", "sh", "waits for approval of sh"],
    ["running", "sh", "running"],
  ] as const)("%s (%s) is said as %j", (phase, detail, text) => {
    const activity = begun();
    activity.take({ type: "phase", ...WHO, phase, detail }, 4000);
    activity.take({ type: "phase", ...WHO, phase, detail }, 5000);
    expect(activity.turns[0]).toMatchObject({ phase: text, phaseSinceMs: 4000 });
  });
});

test("a call runs until its result", () => {
  const activity = begun();
  const call = { id: "call_1", name: "sh", arguments: { cmd: "ls -l" } };
  activity.take({ type: "tool-call", ...WHO, call, origin: "declared" }, 4000);
  expect([...(activity.turns[0]?.calls.values() ?? [])]).toEqual([
    { label: "sh ls -l", sinceMs: 4000 },
  ]);
  const result = { id: "call_1", name: "sh", ok: true, ms: 5, size: 0 };
  activity.take({ type: "tool-result", ...WHO, ...result }, 5000);
  expect(activity.turns[0]?.calls.size).toBe(0);
});

describe("the window", () => {
  test("is as full as behind the last completion, of what was really allocated", () => {
    const { context } = ended({ tokens: 1024, window: 4096 });
    expect(context).toEqual({ model: "m", usedTokens: 1024, windowTokens: 4096 });
  });

  test("is the one that was asked for right before the prompt is sent", () => {
    const activity = begun();
    activity.take({ type: "phase", ...WHO, phase: "waiting", window: 4096 }, 2000);
    expect(activity.context.windowTokens).toBe(4096);
  });

  test("is not measured by what a whole turn took", () => {
    expect(ended().context).toEqual({ model: "m", usedTokens: undefined, windowTokens: 8192 });
  });

  test("a turn that is over does nothing any more", () => {
    expect(ended({ tokens: 1, window: 2 }).turns).toEqual([]);
  });
});

describe("the steps of a call", () => {
  const call: RoomEvent = {
    ...{ type: "tool-call", origin: "declared", ...WHO },
    call: { id: "c1", name: "forge", arguments: { goal: "the median" } },
  };
  const notice = (text: string, step?: "begun" | "done"): RoomEvent => ({
    ...{ type: "notice", level: "info", persona: "agent", text },
    ...(step === undefined ? {} : { step }),
  });
  const shown = (activity: Activity) =>
    [...(activity.turns[0]?.calls.values() ?? [])].map(({ step }) => step);

  test("stand beside it one by one, those that run with their time", () => {
    const activity = begun();
    activity.take(call, 2000);
    activity.take(notice("code", "begun"), 3000);
    expect(shown(activity)).toEqual([{ text: "code", sinceMs: 3000 }]);
    activity.take(notice("✔ code 1.0 s", "done"), 4000);
    expect(shown(activity)).toEqual([{ text: "✔ code 1.0 s", sinceMs: undefined }]);
    activity.take(notice("an ordinary notice"), 5000);
    expect(shown(activity)).toEqual([{ text: "✔ code 1.0 s", sinceMs: undefined }]);
  });

  test("belong to no call where none runs, and another persona's stay its own", () => {
    const activity = begun();
    activity.take(notice("code", "begun"), 3000);
    activity.take(call, 4000);
    activity.take({ type: "notice", level: "info", persona: "x", text: "y", step: "done" }, 5000);
    expect(shown(activity)).toEqual([undefined]);
  });
});
