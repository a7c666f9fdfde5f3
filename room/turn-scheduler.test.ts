import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type FinishedTurn, ROOM_RULES, TurnScheduler } from "./turn-scheduler.ts";

const PRESENT = ["agent", "python", "toolsmith"];

/** Runs a turn scheduler to its end with a script of who calls whom, and tells who spoke. */
function play(
  to: readonly string[],
  says: (persona: string, turn: number) => Partial<FinishedTurn>,
) {
  const scheduler = new TurnScheduler(to, PRESENT);
  const spoke: string[] = [];
  for (let persona = scheduler.next(); persona !== undefined; persona = scheduler.next()) {
    spoke.push(persona);
    const text = `turn ${spoke.length} of ${persona}, something new each time ${spoke.length ** 3}`;
    scheduler.finish({
      persona,
      reason: "complete",
      text,
      mentions: [],
      ...says(persona, spoke.length),
    });
  }
  return { spoke, settled: scheduler.settled };
}

describe("a turn scheduler", () => {
  test("asks those who were addressed, in that order, and no other", () => {
    expect(play(["python", "agent"], () => ({}))).toEqual({
      spoke: ["python", "agent"],
      settled: undefined,
    });
  });

  test("grants a mention", () => {
    const says = (persona: string) => ({ mentions: persona === "agent" ? ["python"] : [] });
    expect(play(["agent"], says).spoke).toEqual(["agent", "python"]);
  });

  test("ends a ping-pong after three rounds and says so", () => {
    const says = (persona: string) => ({ mentions: [persona === "agent" ? "python" : "agent"] });
    expect(play(["agent"], says)).toEqual({
      spoke: ["agent", "python", "agent"],
      settled: "3 rounds without you; agent still called python",
    });
  });

  test("ends when everybody calls everybody, after ten messages at most", () => {
    const { spoke, settled } = play(PRESENT, () => ({ mentions: ["group"] }));
    expect(spoke.length).toBeLessThanOrEqual(ROOM_RULES.turns);
    expect(settled).toBeDefined();
  });

  test("lets a persona go on by itself twice", () => {
    expect(play(["agent"], () => ({ mentions: ["agent"] }))).toMatchObject({
      spoke: ["agent", "agent", "agent"],
    });
  });

  test("settles when answers repeat", () => {
    const says = (persona: string) => ({
      text: `I agree with ${persona === "agent" ? "python" : "agent"} in every point`,
      mentions: [persona === "agent" ? "python" : "agent"],
    });
    const rules = { ...ROOM_RULES, rounds: 100 };
    const scheduler = new TurnScheduler(["agent"], PRESENT, rules);
    let turns = 0;
    for (let persona = scheduler.next(); persona !== undefined; persona = scheduler.next()) {
      turns += 1;
      scheduler.finish({ persona, reason: "complete", ...says(persona) });
    }
    expect([turns, scheduler.settled]).toEqual([4, "python repeats itself"]);
  });

  test("a mention of the human ends the queue of speakers", () => {
    const says = (_: string, turn: number) => ({
      mentions: turn === 1 ? ["python", "toolsmith"] : ["user"],
    });
    expect(play(["agent"], says)).toEqual({
      spoke: ["agent", "python"],
      settled: "python waits for you",
    });
  });

  test("an abort stops everybody, an error only its own turn", () => {
    expect(play(["agent", "python"], () => ({ reason: "aborted" })).spoke).toEqual(["agent"]);
    expect(play(["agent", "python"], () => ({ reason: "error" })).spoke).toEqual(
      PRESENT.slice(0, 2),
    );
  });

  test("half an answer calls no persona", () => {
    expect(play(["agent"], () => ({ reason: "cut", mentions: ["python"] })).spoke).toEqual([
      "agent",
    ]);
  });

  test("names that are not in the room are ignored", () => {
    expect(play(["agent"], () => ({ mentions: ["bob"] })).spoke).toEqual(["agent"]);
  });
});

test("every turn scheduler ends within its budget, in whatever order personas call each other", () => {
  const who = fc.constantFrom(...PRESENT, "group", "user", "bob");
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...PRESENT), { minLength: 1 }),
      fc.infiniteStream(fc.array(who, { maxLength: 3 })),
      (to, mentions) => {
        const { spoke } = play(to, () => ({ mentions: mentions.next().value ?? [] }));
        expect(spoke.length).toBeLessThanOrEqual(ROOM_RULES.turns);
        expect(spoke.slice(0, to.length)).toEqual(to);
      },
    ),
  );
});
