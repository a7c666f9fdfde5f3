import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent, ToolFinished, TurnEnd } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { contextModel } from "#models/context-model.ts";
import type { ModelHooks } from "#models/model.ts";
import { agent } from "#models/personas/agent.ts";
import {
  type Beat,
  calling,
  DONE,
  type MemoryProvider,
  memoryProvider,
  saying,
} from "#test/memory-provider.ts";
import { defineTool } from "#tools/define-tool.ts";
import type { ToolContext } from "#tools/tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools, type Turn } from "./chat.ts";

const text = (words: string): Beat => ({ type: "text", text: words });
const BROKE = new OrgError("It broke", { code: "STREAM_ERROR", remedies: [] });
const never = () => new Promise(() => undefined);

interface Stage {
  readonly provider: MemoryProvider;
  readonly turn: Turn;
  readonly lock: ChannelLock;
  /** Arguments of the tool calls that ran. */
  readonly ran: string[];
}

interface StageOptions {
  readonly limits?: Partial<Turn["limits"]>;
  readonly hooks?: ModelHooks;
  readonly signal?: AbortSignal;
  /** What the tool does besides answering. */
  readonly onRun?: (context: ToolContext) => unknown;
}

/** A turn of `agent` with a tool `sh` that notes its runs. */
function stage(script: (index: number) => readonly Beat[], options: StageOptions = {}): Stage {
  const provider = memoryProvider((_request, index) => script(index));
  const lock = new ChannelLock();
  const ran: string[] = [];
  const sh = defineTool({
    name: "sh",
    effect: "execute",
    description: "Notes its runs.",
    input: z.object({ cmd: z.string() }),
    run: async ({ cmd }, context) => {
      ran.push(cmd);
      await options.onRun?.(context);
      return { ok: true, output: `ran ${cmd}`, exit: 0 };
    },
  });
  const about = { provider, name: "m", windowTokens: 8192, others: [], hooks: options.hooks ?? {} };
  const turn: Turn = {
    id: "t1",
    message: "m1",
    model: contextModel(agent, about),
    tools: new Toolbox([sh]),
    cleaner: new TextCleaner(),
    history: [[{ role: "user", content: "user: go" }]],
    others: ["python", "user"],
    lock,
    limits: { ...TURN_LIMITS, ...options.limits },
    signal: options.signal ?? new AbortController().signal,
  };
  return { provider, turn, lock, ran };
}

const sh = (cmd: string, id?: string): Beat => calling("sh", { cmd }, id);
const play = (turn: Turn): Promise<RoomEvent[]> => Array.fromAsync(runWithTools(turn));
const isResult = (event: RoomEvent): event is ToolFinished => event.type === "tool-result";
const ending = (events: readonly RoomEvent[]): TurnEnd | undefined => {
  const last = events.at(-1);
  return last?.type === "turn-end" ? last : undefined;
};

describe("a turn", () => {
  test("runs the tools that are asked for and ends with the answer", async () => {
    const answer = [text("All "), text("done."), DONE];
    const { turn, provider } = stage((index) => (index === 0 ? [sh("ls"), DONE] : answer));
    const events = await play(turn);
    expect(events.map(({ type }) => type).join(" ")).toBe(
      "turn-start phase answer tool-call phase tool-result phase phase text-delta text-delta answer turn-end",
    );
    expect(ending(events)).toMatchObject({ reason: "complete" });
    expect(provider.requests[1]?.messages.slice(-2)).toMatchObject([
      { role: "assistant", calls: [{ id: "call_0" }] },
      { role: "tool", callId: "call_0", content: "ran ls" },
    ]);
  });

  test("has every call out before its tool runs: a caller that stores it first can never run it twice", async () => {
    const { turn, ran } = stage((index) => (index === 0 ? [sh("ls"), DONE] : saying("Done.")));
    for await (const event of runWithTools(turn)) {
      if (event.type === "tool-call") expect(ran).toEqual([]);
      if (event.type === "tool-result") expect(ran).toEqual(["ls"]);
    }
  });

  test("has a call everywhere as it runs: by the real name of its tool, with the arguments it reads", async () => {
    const written = calling("bash", { command: { type: "string", value: "ls" } });
    const { turn, provider, ran } = stage((i) => (i === 0 ? [written, DONE] : saying("Done.")));
    const real = { name: "sh", arguments: { cmd: "ls" } };
    const events = await play(turn);
    expect(events.find(({ type }) => type === "answer")).toMatchObject({ calls: [real] });
    expect(events.find(({ type }) => type === "tool-call")).toMatchObject({ call: real });
    expect(provider.requests[1]?.messages.at(-2)).toMatchObject({ calls: [real] });
    expect([ran, events.find(isResult)?.name]).toEqual([["ls"], "sh"]);
  });

  test("gives calls with the same id ids of their own", async () => {
    const { turn, provider } = stage((index) =>
      index < 2 ? [sh(`ls ${index}`, "call_0"), DONE] : saying("Done."),
    );
    const ids = (await play(turn)).filter(isResult).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    const named = provider.requests[2]?.messages.flatMap((message) =>
      message.role === "tool" ? [message.callId] : [],
    );
    expect(named).toEqual(ids);
  });

  test.each(['{"cmd": "rm', "{rm it}}</tool_call>"])("runs no broken call: %s", async (args) => {
    const call = `<tool_call>{"name": "sh", "arguments": ${args}`;
    const { turn, ran } = stage((index) => (index === 0 ? [text(call), DONE] : saying("Done.")));
    const end = ending(await play(turn));
    expect([ran, end?.reason]).toEqual([[], "complete"]);
  });

  test.each<[string, readonly Beat[], Partial<TurnEnd>]>([
    ["a pass", saying("@@pass"), { reason: "passed" }],
    ["nothing", saying(" \n"), { reason: "error", why: "the model answered nothing" }],
    [
      "half an answer",
      [text("Half")],
      { reason: "cut", why: "the stream ended without an end marker", code: "STREAM_CUT" },
    ],
    ["a broken answer", [text("Half"), BROKE], { reason: "cut", code: "STREAM_ERROR" }],
    ["a refusal", [BROKE], { reason: "error", code: "STREAM_ERROR" }],
    [
      "the model's limit",
      [text("Long"), { type: "finish", reason: "length" }],
      { reason: "length", why: "the model's limit for one answer" },
    ],
    [
      "what the server withheld",
      [text("Long"), { type: "finish", reason: "filtered" }],
      { reason: "cut", why: "the server withheld the rest" },
    ],
  ])("ends on %s with its reason", async (_name, beats, end) => {
    const events = await play(stage(() => beats).turn);
    expect(ending(events)).toMatchObject(end);
    expect(events).not.toContainEqual(expect.objectContaining({ type: "answer", text: "" }));
  });

  test("sums up what all its completions used", async () => {
    const usage: Beat = { type: "usage", usage: { promptTokens: 10, completionTokens: 1 } };
    const { turn } = stage((index) =>
      index === 0 ? [sh("ls"), usage, DONE] : [text("Ok"), usage, DONE],
    );
    expect(ending(await play(turn))?.usage).toEqual({ promptTokens: 20, completionTokens: 2 });
  });
});

describe("limits", () => {
  test("a call made again and again is run twice, refused once, then the turn ends", async () => {
    const { turn, ran } = stage(() => [sh("ls"), DONE]);
    const events = await play(turn);
    expect(ran).toEqual(["ls", "ls"]);
    expect(events.filter(isResult).map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(ending(events)).toMatchObject({
      reason: "looped",
      why: "sh was called again and again in the same way",
    });
  });

  test("hold also within one answer, however many calls it has", async () => {
    const calls = Array.from({ length: 1000 }, (_, index) => sh(`ls ${index}`, `call_${index}`));
    const { turn, ran } = stage(() => [...calls, DONE]);
    expect(ending(await play(turn))).toMatchObject({
      reason: "limit",
      why: "stopped after 64 tool calls",
    });
    expect(ran).toHaveLength(64);
  });

  test("of rounds ends a model that never stops calling", async () => {
    const { turn, provider } = stage((index) => [sh(`ls ${index}`), DONE], {
      limits: { rounds: 3 },
    });
    expect(ending(await play(turn))).toMatchObject({
      reason: "limit",
      why: "stopped after 3 rounds of tool calls",
    });
    expect(provider.requests).toHaveLength(3);
  });
});

describe("the channel", () => {
  test("is held while tokens flow, and never while a tool runs", async () => {
    const owners: (readonly string[])[] = [];
    const look = async () => owners.push(lock.owners);
    const { turn, lock } = stage(
      (index) => (index === 0 ? [look, sh("ls"), DONE] : [look, ...saying("Ok")]),
      {
        onRun: look,
      },
    );
    await play(turn);
    expect(owners).toEqual([["agent"], [], ["agent"]]);
    expect(lock.owners).toEqual([]);
  });

  test("that another persona holds is waited for, with the holder's name on the screen", async () => {
    const { turn, lock } = stage(() => saying("Ok"));
    using release = await lock.waitForLock(0, { owner: "python" });
    const events: RoomEvent[] = [];
    for await (const event of runWithTools(turn)) {
      events.push(event);
      if (event.type === "phase" && event.phase === "queued") setImmediate(release);
    }
    expect(events[1]).toMatchObject({ type: "phase", phase: "queued", detail: "behind python" });
    // Before the server is asked for the model's window, which comes with the next one.
    expect(events.slice(2, 4).map((event) => "window" in event)).toEqual([false, true]);
    expect(ending(events)).toMatchObject({ reason: "complete" });
  });

  test("is no longer waited for after an abort", async () => {
    const stop = new AbortController();
    const { turn, lock, provider } = stage(() => saying("Ok"), { signal: stop.signal });
    using _ = await lock.waitForLock(0, { owner: "python" });
    const events: RoomEvent[] = [];
    for await (const event of runWithTools(turn)) {
      events.push(event);
      if (event.type === "phase") setImmediate(() => stop.abort());
    }
    expect(ending(events)).toMatchObject({ reason: "aborted" });
    expect([lock.waiting, provider.requests.length]).toEqual([0, 0]);
  });

  test("is given back, and the connection closed, when the listener leaves", async () => {
    const { turn, lock, provider } = stage(() => [text("One"), never]);
    for await (const event of runWithTools(turn)) if (event.type === "text-delta") break;
    expect([lock.owners, provider.closed]).toEqual([[], 1]);
  });
});

describe("an abort", () => {
  test("keeps what was said", async () => {
    const stop = new AbortController();
    const { turn } = stage(() => [text("Half"), never], { signal: stop.signal });
    const events: RoomEvent[] = [];
    for await (const event of runWithTools(turn)) {
      events.push(event);
      if (event.type === "text-delta") stop.abort();
    }
    expect(events.at(-2)).toMatchObject({ type: "answer", text: "Half" });
    expect(ending(events)).toMatchObject({ reason: "aborted" });
  });

  test("reaches the tool that runs, and no further one is started", async () => {
    const stop = new AbortController();
    const { turn, ran } = stage(() => [sh("one", "a"), sh("two", "b"), DONE], {
      signal: stop.signal,
      onRun: ({ signal }) => {
        stop.abort();
        expect(signal.aborted).toBe(true);
      },
    });
    const events = await play(turn);
    expect(ran).toEqual(["one"]);
    expect(events.filter(isResult)).toHaveLength(1);
    expect(ending(events)).toMatchObject({ reason: "aborted" });
  });
});

describe("hooks", () => {
  test("may refuse a call; the model reads why", async () => {
    const hooks: ModelHooks = { beforeCall: () => "Not here." };
    const { turn, ran, provider } = stage(
      (index) => (index === 0 ? [sh("ls"), DONE] : saying("Ok")),
      { hooks },
    );
    const [result] = (await play(turn)).filter(isResult);
    expect(result).toMatchObject({ ok: false, ms: 0, output: "Not here." });
    expect(ran).toEqual([]);
    expect(provider.requests[1]?.messages.at(-1)).toMatchObject({ content: "Not here." });
  });

  test("may change what the model reads of a result", async () => {
    const hooks: ModelHooks = { afterResult: (result) => ({ ...result, output: "(short)" }) };
    const { turn, provider } = stage((index) => (index === 0 ? [sh("ls"), DONE] : saying("Ok")), {
      hooks,
    });
    await play(turn);
    expect(provider.requests[1]?.messages.at(-1)).toMatchObject({ content: "(short)" });
  });
});

test("whatever a model does, its turn ends once and last, each call has one result, ids never repeat", async () => {
  const beat = fc.oneof(
    fc.constantFrom<Beat>(text("Hi"), text("\nuser: "), text("@@pass"), DONE, BROKE),
    fc
      .record({ cmd: fc.constantFrom("a", "b"), id: fc.constantFrom("x", "y") })
      .map(({ cmd, id }) => sh(cmd, id)),
  );
  const answers = fc.array(fc.array(beat, { maxLength: 4 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(answers, async (script) => {
      const { turn, lock } = stage((index) => script[index] ?? saying("Done."));
      const events = await play(turn);
      expect(events.filter(({ type }) => type === "turn-end")).toHaveLength(1);
      expect(ending(events)).toBeDefined();
      const called = events.flatMap((event) => (event.type === "tool-call" ? [event.call.id] : []));
      expect(events.filter(isResult).map(({ id }) => id)).toEqual(called);
      expect(new Set(called).size).toBe(called.length);
      expect(lock.owners).toEqual([]);
    }),
  );
});
