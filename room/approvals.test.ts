import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ApprovalAsked } from "#core/events.ts";
import { type ApprovalEvent, Approvals, type Question } from "./approvals.ts";

const call = { id: "call_1", name: "sh", arguments: { cmd: "rm x" } };

/** A question, and what is said of it. */
function question(rest: Partial<Question> = {}) {
  const events: ApprovalEvent[] = [];
  const opened = Promise.withResolvers<ApprovalAsked>();
  const emit = async (event: ApprovalEvent) => {
    events.push(event);
    if (event.state === "asked") opened.resolve(event);
  };
  const { signal } = new AbortController();
  const asked = { turn: "turn_1", persona: "agent", call, why: "x", hash: "h", signal, emit };
  return { ask: { ...asked, ...rest }, events, opened: opened.promise };
}

describe("an approval", () => {
  test("is an approval, once, for what was asked", async () => {
    const approvals = new Approvals();
    using _ = approvals.setInteractive();
    const { ask, events } = question();
    const answered = approvals.ask(ask);
    approvals.answer("a1", true);
    const { outcome, approval } = await answered;
    expect(outcome).toBe("approved");
    expect(events).toMatchObject([
      { state: "asked", id: "A1", call, hash: "h" },
      { state: "answered", id: "A1", outcome: "approved", by: "user" },
    ]);
    expect(approval?.redeem("h")).toBe(true);
    expect(approval?.redeem("h")).toBe(false);
  });

  test("of something else is none, and is spent", async () => {
    const approvals = new Approvals();
    const { approval } = await approvals.settle(question().ask, "approved", "--yes");
    expect(approval?.redeem("other")).toBe(false);
    expect(approval?.redeem("h")).toBe(false);
  });

  test("is worth nothing after it has expired", async () => {
    let now = 1000;
    const approvals = new Approvals({ expiresMs: 500, now: () => now });
    const { approval } = await approvals.settle(question().ask, "approved", "--yes");
    now = 1501;
    expect(approval?.redeem("h")).toBe(false);
  });

  test("cannot be given twice, nor to a question that was never asked", async () => {
    const approvals = new Approvals();
    using _ = approvals.setInteractive();
    const answered = approvals.ask(question().ask);
    expect(() => approvals.answer("A2", true)).toThrow(
      expect.objectContaining({ code: "USAGE", why: "open: A1", remedies: ["/approve A1"] }),
    );
    expect(() => approvals.answer("A2", false)).toThrow(
      expect.objectContaining({ remedies: ["/deny A1"], unchanged: "Nothing was answered." }),
    );
    expect(() => approvals.answer("", true)).toThrow("Which approval?");
    approvals.answer("A1", false);
    expect(() => approvals.answer("A1", true)).toThrow(
      expect.objectContaining({
        message: 'No approval "A1" is open',
        why: "it was denied; an approval counts once",
      }),
    );
    expect(await answered).toEqual({ outcome: "denied" });
  });
});

describe("the answer is no", () => {
  test("when no user is there", async () => {
    const approvals = new Approvals();
    approvals.setInteractive()[Symbol.dispose]();
    const { ask, events } = question();
    expect(await approvals.ask(ask)).toEqual({ outcome: "unattended" });
    expect(events).toMatchObject([{ state: "asked" }, { outcome: "unattended", by: "org" }]);
  });

  test("when the time is over", async () => {
    const approvals = new Approvals({ expiresMs: 1 });
    using _ = approvals.setInteractive();
    expect(await approvals.ask(question().ask)).toEqual({ outcome: "expired" });
    expect(approvals.waiting).toEqual([]);
  });

  test("when the turn is stopped, before or while it waits", async () => {
    const approvals = new Approvals();
    using _ = approvals.setInteractive();
    const stop = new AbortController();
    const waiting = approvals.ask(question({ signal: stop.signal }).ask);
    stop.abort();
    expect(await waiting).toEqual({ outcome: "aborted" });
    expect(await approvals.ask(question({ signal: stop.signal }).ask)).toEqual({
      outcome: "aborted",
    });
  });
});

type Move = "approve" | "deny" | "stop" | "wait";

const OUTCOMES = { approve: "approved", deny: "denied", stop: "aborted" } as const;

/** Answers A1. @returns why that was refused. */
function refusalOf(approvals: Approvals, approved: boolean): string | undefined {
  try {
    approvals.answer("A1", approved);
    return undefined;
  } catch (error) {
    return String(Object(error).why);
  }
}

test("a question has the outcome of whatever ends it first, and every other surface is refused", async () => {
  const moves = fc.constantFrom<Move>("approve", "deny", "stop", "wait");
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 6 }), async (all) => {
      const approvals = new Approvals();
      using _ = approvals.setInteractive();
      const stop = new AbortController();
      const { ask, events } = question({ signal: stop.signal });
      const answered = approvals.ask(ask);
      const [first = "stop", ...later] = [
        ...all.filter((move) => move !== "wait"),
        "stop",
      ] as const;
      const refusals: (string | undefined)[] = [];
      for (const move of [...all, "stop"]) {
        if (move === "wait") await Promise.resolve();
        else if (move === "stop") stop.abort();
        else refusals.push(refusalOf(approvals, move === "approve"));
      }
      const outcome = OUTCOMES[first];
      expect(await answered).toMatchObject({ outcome });
      expect(events).toMatchObject([{ state: "asked" }, { state: "answered", outcome }]);
      const why = `${approvals.outcomeOf("A1")}; an approval counts once`;
      const second = later.filter((move) => move !== "stop").map(() => why);
      expect(refusals).toEqual(first === "stop" ? second : [undefined, ...second]);
    }),
  );
});

test("a number of the journal is never given again", async () => {
  const approvals = new Approvals();
  const { ask, opened } = question();
  approvals.apply({ ...(await settled("A7")), id: "A7" });
  await approvals.settle(ask, "unattended", "org");
  expect((await opened).id).toBe("A8");
});

async function settled(id: string): Promise<ApprovalAsked> {
  const { ask, opened } = question();
  await new Approvals().settle(ask, "unattended", "org");
  return { ...(await opened), id };
}
