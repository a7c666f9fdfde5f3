import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RoomEvent } from "#core/events.ts";
import { requestTokens } from "#models/context.ts";
import type { ChatRequest } from "#models/provider.ts";
import { ProviderError, type WindowNumbers } from "#models/provider-error.ts";
import { type Beat, type MemoryProvider, memoryProvider, saying } from "#test/memory-provider.ts";
import { openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import type { Room } from "./room.ts";

const isSummary = ({ messages }: ChatRequest): boolean =>
  messages[0]?.content.startsWith("You keep the notes of ") === true;
const textOf = ({ messages }: ChatRequest): string =>
  messages.map(({ content }) => content).join("\n");

/** Answers with the number of the request, and sums up in the same few words. */
function talking(summary: readonly Beat[] = saying("They talked about trees.")): MemoryProvider {
  return memoryProvider((request, index) =>
    isSummary(request) ? summary : saying(`Answer ${index}.`),
  );
}

function overflow(told: Partial<WindowNumbers> = {}): ProviderError {
  return new ProviderError("The prompt does not fit", {
    code: "CONTEXT_OVERFLOW",
    why: "5,120 tokens were sent, the window holds 4,096 tokens",
    overflow: { sent: undefined, window: undefined, ...told },
    remedies: [],
  });
}

/** Says lines that are long enough not to be kept as they are. */
async function talk(room: Room, lines: readonly string[]): Promise<void> {
  for (const line of lines) await sayAndWait(room, `${line} ${"tree ".repeat(700)}`);
}

async function compacted(room: Room, persona?: string): Promise<RoomEvent[]> {
  const events: RoomEvent[] = [];
  await room.compact(persona, { listener: (event) => events.push(event) });
  return events;
}

describe("what was said before", () => {
  test("becomes a summary that the next prompts begin with, also when the room is opened again", async () => {
    await using home = await testJournal();
    const provider = talking();
    const options = { journal: home.journal, url: "", provider };
    await using room = await openTestRoom(options);
    await talk(room, ["First of oaks.", "Then of elms.", "Last of firs."]);
    const events = await compacted(room);
    expect(events).toMatchObject([
      { type: "notice", level: "info", text: expect.stringMatching(/^Sums up \d exchanges? of/) },
      { type: "summary", persona: "agent", text: "They talked about trees.", tokensAfter: 7 },
    ]);
    await sayAndWait(room, "And now?");
    await using again = await openTestRoom(options);
    await sayAndWait(again, "And then?");
    for (const request of provider.requests.slice(-2)) {
      expect(request.messages[1]?.content).toStartWith(
        "(what was said before, in short)\nThey talked about trees.",
      );
      expect(textOf(request)).not.toContain("First of oaks.");
      expect(textOf(request)).toContain("Last of firs.");
    }
  });

  test("is summed up together with an earlier summary, and not again when nothing came since", async () => {
    await using home = await testJournal();
    const provider = talking();
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    await talk(room, ["one", "two", "three"]);
    await compacted(room);
    expect(await compacted(room)).toMatchObject([{ text: "There is nothing older to sum up." }]);
    await talk(room, ["four", "five"]);
    await compacted(room);
    const last = provider.requests.findLast(isSummary);
    expect(last && textOf(last)).toContain("They talked about trees.");
  });

  test("in direct mode is in no other persona's summary", async () => {
    await using home = await testJournal();
    const provider = talking();
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    await room.setMode("direct:python", "user");
    await talk(room, ["The password is swordfish."]);
    await room.setMode("group", "user");
    await talk(room, ["@@agent one", "@@agent two", "@@agent three"]);
    await compacted(room, "agent");
    await compacted(room, "python");
    const [agents, pythons] = provider.requests.filter(isSummary);
    expect(agents && textOf(agents)).not.toContain("swordfish");
    expect(pythons && textOf(pythons)).toContain("swordfish");
    await sayAndWait(room, "@@toolsmith hello");
    expect(textOf(provider.requests.at(-1) as ChatRequest)).not.toContain("swordfish");
  });

  test("stays as it was said when the model does not get the summary done", async () => {
    await using home = await testJournal();
    const provider = talking([overflow()]);
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    await talk(room, ["one", "two", "three"]);
    const events = await compacted(room);
    expect(events.map(({ type }) => type)).toEqual(["notice", "notice"]);
    expect(events[1]).toMatchObject({
      level: "warning",
      text: expect.stringContaining("The summary failed: The prompt does not fit"),
    });
  });

  test("a persona that is not here has none", async () => {
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: "", provider: talking() });
    expect(() => room.compact("pyhton")).toThrow('There is no persona "pyhton"');
  });

  test("however long it is, no piece of it is larger than the window", async () => {
    await using home = await testJournal();
    const lengths = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.uuid(), async (sizes, id) => {
        const provider = talking();
        await using room = await openTestRoom({ journal: home.journal, url: "", id, provider });
        for (const size of sizes) await sayAndWait(room, "x".repeat(size));
        await sayAndWait(room, "end");
        await compacted(room);
        const largest = Math.max(0, ...provider.requests.filter(isSummary).map(requestTokens));
        expect(largest).toBeLessThan(6144);
      }),
      { numRuns: 20 },
    );
  });
});

describe("what the window does not hold any more", () => {
  test("is summed up before the next turn, and only then", async () => {
    await using home = await testJournal();
    const provider = talking();
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    const lines = ["one", "two", "three", "four", "five"];
    await talk(room, lines);
    expect(provider.requests.some(isSummary)).toBe(false);
    await talk(room, ["six"]);
    const summary = provider.requests.find(isSummary);
    const answer = provider.requests.at(-1);
    expect(summary && textOf(summary)).toContain("user: one");
    expect(answer?.messages[1]?.content).toStartWith(
      "(what was said before, in short)\nThey talked about trees.",
    );
    expect(answer && textOf(answer)).toContain("user: six");
  });

  test("is left out, as before, by a model that cannot sum it up; it is not asked for it again", async () => {
    await using home = await testJournal();
    const provider = talking([overflow()]);
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    await talk(room, ["one", "two", "three", "four", "five", "six", "seven"]);
    expect(provider.requests.filter(isSummary)).toHaveLength(1);
    const last = provider.requests.at(-1);
    expect(last && textOf(last)).toContain("user: seven");
    expect(last && textOf(last)).not.toContain("user: one");
  });

  test("of a very long room is summed up in six pieces at most, and that is said", async () => {
    await using home = await testJournal();
    let isSmall = false as boolean;
    const provider = talking();
    const windowOf = async () => ({ tokens: isSmall ? 8192 : 1_000_000, isFinal: false });
    const options = { journal: home.journal, url: "", provider: { ...provider, windowOf } };
    await using room = await openTestRoom({ ...options, windowTokens: undefined });
    await sayAndWait(room, "x".repeat(150_000));
    for (let i = 0; i < 10; i += 1) await sayAndWait(room, `${i}${"tree ".repeat(2000)}`);
    isSmall = true;
    const events = await sayAndWait(room, "now");
    expect(provider.requests.filter(isSummary)).toHaveLength(6);
    expect(events).toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(/, without the oldest of them\.$/) }),
    );
  });

  test("a person who has had enough is not told of a bug", async () => {
    await using home = await testJournal();
    const begun = Promise.withResolvers<void>();
    const never = () => {
      begun.resolve();
      return new Promise(() => undefined);
    };
    const provider = talking([never]);
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    await talk(room, ["one", "two", "three", "four", "five"]);
    const last = sayAndWait(room, `six ${"tree ".repeat(700)}`);
    await begun.promise;
    room.stop();
    expect((await last).at(-1)).toMatchObject({ type: "turn-end", reason: "aborted" });
  });
});

describe("a prompt over the window", () => {
  test("is summed up and asked once more, and is shorter from then on", async () => {
    await using home = await testJournal();
    let refusals = 1;
    const provider = memoryProvider((request) => {
      if (isSummary(request)) return saying("Trees.");
      const isTooLong = textOf(request).includes("Now what?") && refusals-- > 0;
      return isTooLong ? [overflow({ sent: 5120, window: 4096 })] : saying("Fine.");
    });
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    await talk(room, ["one", "two", "three"]);
    const events = await sayAndWait(room, "Now what?");
    const [before, , after] = provider.requests.slice(-3);
    expect(after?.messages[1]?.content).toStartWith("(what was said before, in short)\nTrees.");
    expect(requestTokens(after as ChatRequest)).toBeLessThan(
      requestTokens(before as ChatRequest) * 0.7,
    );
    expect(events).toContainEqual({
      type: "notice",
      level: "warning",
      text: "The prompt does not fit: 5,120 tokens were sent, the window holds 4,096 tokens; a shorter one is tried once.",
      persona: "agent",
    });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "phase", phase: "compacting", persona: "agent" }),
    );
    expect(events.at(-1)).toMatchObject({ type: "turn-end", reason: "complete" });
    expect(room.models[0]?.windowTokens).toBe(4096);
  });

  test("that never fits is tried once more, and then it is said", async () => {
    await using home = await testJournal();
    const provider = memoryProvider(() => [overflow()]);
    await using room = await openTestRoom({ journal: home.journal, url: "", provider });
    const events = await sayAndWait(room, "x".repeat(5000));
    expect(provider.requests).toHaveLength(2);
    const [first, second] = provider.requests.map(requestTokens);
    expect(second).toBeLessThan(first ?? 0);
    expect(events.at(-1)).toMatchObject({ reason: "error", code: "CONTEXT_OVERFLOW" });
  });
});
