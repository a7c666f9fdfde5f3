import { describe, expect, test } from "bun:test";
import type { JournaledEvent, RoomEvent } from "#core/events.ts";
import type { NoteDraft, Trust } from "#core/memory.ts";
import type { Persona } from "#models/persona.ts";
import { homeMemory } from "#test/memory/home-memory.ts";
import { entriesOf, openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "#test/scripted-server.ts";
import { BUILT_IN } from "./participant-models.ts";
import type { Room } from "./room.ts";

const OPENS: NoteDraft = { text: "The shop opens at nine.", kind: "fact" };
const QUESTION = "When does the shop open? It opens at which hour?";

interface Talk {
  readonly lines: readonly string[];
  /** @default none */
  readonly noted?: readonly (readonly [NoteDraft, Trust])[];
  /** @default "auto" */
  readonly recall?: "auto" | "ask" | "off";
  /** @default the built-in ones */
  readonly personas?: readonly Persona[];
  readonly meanwhile?: (room: Room) => Disposable | Promise<Disposable>;
}

/** Says lines in a room of a home with these notes. */
async function talk({ lines, noted = [], recall = "auto", ...rest }: Talk): Promise<{
  readonly requests: readonly RecordedRequest[];
  readonly events: readonly JournaledEvent[];
  readonly used: readonly number[];
}> {
  await using server = scriptedServer(() => say("Fine."));
  await using home = await testJournal();
  await using kept = homeMemory(recall);
  const memory = kept.held.source(home.journal);
  for (const [draft, trust] of noted) {
    await (await memory.open()).save(draft, { trust, origin: "human" });
  }
  const { meanwhile, personas = BUILT_IN } = rest;
  await using room = await openTestRoom({
    journal: home.journal,
    url: server.url,
    memory,
    personas,
  });
  using _meanwhile = await meanwhile?.(room);
  for (const line of lines) await sayAndWait(room, line);
  const events = (await entriesOf(home.journal)).map(({ event }) => event);
  const used = (await memory.open()).list("human").map((note) => note.used);
  return { requests: [...server.requests], events, used };
}

const last = (request: RecordedRequest | undefined) => request?.body.messages.at(-1);
const all = (request: RecordedRequest | undefined) => JSON.stringify(request?.body.messages);

describe("what the user noted", () => {
  test("stands behind the line that it belongs to, as data, and nowhere else", async () => {
    const { requests, events, used } = await talk({ lines: [QUESTION], noted: [[OPENS, "human"]] });
    const [request] = requests;
    expect(last(request)?.role).toBe("user");
    expect(last(request)?.content).toMatch(
      /\n\nWhat was noted earlier \(data, may be out of date; m1, said \d+ \w+\):\n│ The shop opens at nine\.$/,
    );
    expect(request?.body.messages[0]?.content).not.toContain("noted earlier");
    expect(events.map(({ type }) => String(type))).toEqual([
      ...["message", "turn-start", "recall", "answer", "turn-end"],
    ]);
    expect(events[2]).toMatchObject({ persona: "agent", ids: [1] });
    expect(used).toEqual([1]);
  });

  const crowd = (more: Partial<NoteDraft>, trust: Trust) =>
    Array.from({ length: 30 }, (_, n): readonly [NoteDraft, Trust] => [
      {
        text: `When does the shop open? It opens at hour ${n}, which is ${n}.`,
        kind: "fact",
        ...more,
      },
      trust,
    ]);

  test.each([
    ["of models", crowd({}, "model")],
    ["that no speaker answers for", crowd({}, "untrusted")],
    ["for the persona alone", crowd({ scope: "persona:agent" }, "human")],
  ] as const)("is recalled however many nearer notes there are %s", async (_whose, others) => {
    const { events } = await talk({ lines: [QUESTION], noted: [[OPENS, "human"], ...others] });
    expect(events.filter(({ type }) => type === "recall")).toMatchObject([{ ids: [1] }]);
  });

  test("leaves what stands before it in the prompt as it was", async () => {
    const { requests } = await talk({ lines: ["Hello.", QUESTION], noted: [[OPENS, "human"]] });
    const [first, second] = requests.map(({ body }) => body.messages);
    expect(JSON.stringify(second)).toContain("noted earlier");
    expect(second?.slice(0, first?.length)).toEqual([...(first ?? [])]);
  });

  test("is not said again where the conversation says it", async () => {
    const line = `The shop  opens at NINE. ${QUESTION}`;
    const { requests, events } = await talk({ lines: [line], noted: [[OPENS, "human"]] });
    expect(all(requests[0])).not.toContain("noted earlier");
    expect(events.some(({ type }) => type === "recall")).toBe(false);
  });

  test("is left out where it has nothing to do with the line", async () => {
    const bananas: NoteDraft = { text: "Bananas ripen in paper bags.", kind: "fact" };
    const { requests } = await talk({ lines: [QUESTION], noted: [[bananas, "human"]] });
    expect(all(requests[0])).not.toContain("noted earlier");
  });

  test.each(["model", "untrusted"] as const)(
    "never comes by itself where it is %s",
    async (trust) => {
      const { requests } = await talk({ lines: [QUESTION], noted: [[OPENS, trust]] });
      expect(all(requests[0])).not.toContain("nine");
    },
  );

  test("is recalled in a direct conversation alone where it was noted in one", async () => {
    const noted = [[{ ...OPENS, scope: "persona:agent" }, "human"]] as const;
    const [group, direct] = await Promise.all([
      talk({ lines: [QUESTION], noted }),
      talk({
        ...{ lines: [QUESTION], noted },
        meanwhile: async (room) => {
          await room.setMode("direct:agent", "user");
          return new DisposableStack();
        },
      }),
    ]);
    expect(all(group.requests[0])).not.toContain("nine");
    expect(all(direct.requests[0])).toContain("nine");
  });

  test("stands behind the line for a small model, too, which is told of no tool for it", async () => {
    const profile = { calls: "shape" } as const;
    const personas = BUILT_IN.map((persona) => ({ ...persona, profile }));
    const { requests } = await talk({ lines: [QUESTION], noted: [[OPENS, "human"]], personas });
    expect(last(requests[0])?.content).toContain("│ The shop opens at nine.");
    expect(all(requests[0])).not.toContain("memory_");
  });

  test("is never recalled where the user switched it off", async () => {
    const { requests } = await talk({
      lines: [QUESTION],
      noted: [[OPENS, "human"]],
      recall: "off",
    });
    expect(all(requests[0])).not.toContain("nine");
  });
});

describe("a user who wants to be asked", () => {
  test.each([true, false])("sees what would be sent, and is obeyed: %j", async (approved) => {
    const asked: unknown[] = [];
    const { requests } = await talk({
      ...{ lines: [QUESTION], noted: [[OPENS, "human"]], recall: "ask" },
      meanwhile: (room) => {
        using stack = new DisposableStack();
        stack.use(room.approvals.setInteractive());
        const listener = (event: RoomEvent): void => {
          if (event.type !== "approval" || event.state !== "asked") return;
          asked.push(event.call.arguments);
          room.approvals.answer(event.id, approved);
        };
        stack.use(room.listen(listener));
        return stack.move();
      },
    });
    expect(JSON.stringify(asked)).toContain("│ The shop opens at nine.");
    expect(all(requests[0]).includes("nine")).toBe(approved);
  });

  test("is not asked where no user is there, and nothing is sent", async () => {
    const { requests, events } = await talk({
      ...{ lines: [QUESTION], noted: [[OPENS, "human"]], recall: "ask" },
    });
    expect(all(requests[0])).not.toContain("nine");
    expect(events.map(({ type }) => String(type))).not.toContain("approval");
  });
});

test("a room of a home without a note says to its model what one without a memory says", async () => {
  await using server = scriptedServer(() => say("Fine."));
  await using home = await testJournal();
  await using room = await openTestRoom({ journal: home.journal, url: server.url });
  await sayAndWait(room, QUESTION);
  const { requests } = await talk({ lines: [QUESTION] });
  expect(requests.map(({ body }) => body.messages)).toEqual([
    ...server.requests.map(({ body }) => body.messages),
  ]);
});

describe("a procedure that helped three times", () => {
  const toReview = (events: readonly JournaledEvent[]) =>
    events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
  const lines = Array.from({ length: 5 }, () => QUESTION);

  test("is proposed as a tool, once, and nothing is made", async () => {
    const steps: NoteDraft = { ...OPENS, kind: "procedure" };
    const { events, used, requests } = await talk({ lines, noted: [[steps, "human"]] });
    expect(used).toEqual([5]);
    expect(toReview(events)).toEqual([
      "m1 was followed 3 times (The shop opens at nine.). It could become a tool, which the gate judges: " +
        "org forge --goal 'The shop opens at nine.'; or a workflow: docs/workflows.md",
    ]);
    const third = events.findIndex(({ type }) => type === "notice");
    expect(events.slice(0, third).filter(({ type }) => type === "turn-end")).toHaveLength(2);
    expect(requests).toHaveLength(5);
  });

  test("is not one where a fact was recalled, or no answer came", async () => {
    const { events } = await talk({ lines, noted: [[OPENS, "human"]] });
    expect(toReview(events)).toEqual([]);
    await using home = await testJournal();
    await using kept = homeMemory();
    const memory = kept.held.source(home.journal);
    const human = { trust: "human", origin: "human" } as const;
    await (await memory.open()).save({ ...OPENS, kind: "procedure" }, human);
    await using room = await openTestRoom({
      journal: home.journal,
      url: "http://127.0.0.1:9",
      memory,
    });
    for (const line of lines) await sayAndWait(room, line);
    expect((await memory.open()).show(1, "human")).toMatchObject({ used: 5, ok: 0 });
  });
});
