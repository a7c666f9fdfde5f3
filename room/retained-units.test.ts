import { expect, test } from "bun:test";
import fc from "fast-check";
import type { JournaledEvent } from "#core/events.ts";
import { answer, end, message, start } from "#test/history-events.ts";
import { RoomHistory } from "./history.ts";

const MOST = 4000;
const PERSONAS = ["agent", "python"];

const SUMMARY = { type: "summary", exchanges: 1, tokensBefore: 2, tokensAfter: 1 } as const;

interface Said {
  readonly to: string;
  readonly length: number;
  readonly isSummed: boolean;
}

/** A line and its answer, to one persona alone or to all, and a summary of all before it. */
function eventsOf(said: readonly Said[]): readonly JournaledEvent[] {
  return said.flatMap(({ to, length, isSummed }, index): readonly JournaledEvent[] => {
    const persona = to === "all" ? "agent" : to;
    const line = message(`m${index}`, `line ${index}`);
    const turn = `t${index}`;
    return [
      { ...line, to: [persona], mode: to === "all" ? "group" : `direct:${to}` },
      start(turn, persona, line.id),
      answer(turn, persona, `${index} `.repeat(length)),
      end(turn, persona, "complete"),
      ...(isSummed ? [{ ...SUMMARY, persona, text: `until ${index}`, through: turn }] : []),
    ];
  });
}

function histories(said: readonly Said[]): readonly [RoomHistory, RoomHistory] {
  const all = new RoomHistory(
    () => PERSONAS,
    () => Number.POSITIVE_INFINITY,
  );
  const bounded = new RoomHistory(
    () => PERSONAS,
    () => MOST,
  );
  for (const event of eventsOf(said)) {
    all.apply(event);
    bounded.apply(event);
  }
  return [all, bounded];
}

const anySaid = fc.array(
  fc.record({
    to: fc.constantFrom("all", "all", "agent", "python"),
    length: fc.integer({ min: 1, max: 300 }),
    isSummed: fc.nat(9).map((dice) => dice === 0),
  }),
  { maxLength: 80 },
);

test("what a prompt can hold is the same, however much was let go", () => {
  fc.assert(
    fc.property(anySaid, (said) => {
      const [all, bounded] = histories(said);
      for (const persona of PERSONAS) {
        const kept = [...bounded.viewFor(persona).exchanges()];
        const whole = [...all.viewFor(persona).exchanges()];
        expect(bounded.presentFor(persona)).toEqual(all.presentFor(persona));
        // As much of the newest as was asked for, without a gap.
        let size = 0;
        for (const [index, exchange] of whole.entries()) {
          expect(kept[index]).toEqual(exchange);
          size += exchange.reduce((sum, { content }) => sum + content.length, 500);
          if (size > MOST) break;
        }
      }
    }),
  );
});

test("a room of many turns keeps no more than one of some", () => {
  const line = { to: "all", length: 100, isSummed: false };
  const kept = (lines: number): number => {
    const [, bounded] = histories(Array.from({ length: lines }, () => line));
    return [...bounded.viewFor("agent").exchanges()].length;
  };
  expect(kept(2000)).toBeLessThan(40);
  expect(kept(2)).toBe(4);
});

test("a turn that runs, and who may see a line that is not settled, are kept", () => {
  const history = new RoomHistory(
    () => PERSONAS,
    () => MOST,
  );
  const secret = { ...message("m-old", "between us"), to: ["python"], mode: "direct:python" };
  const opened = [secret, start("t-old", "python", "m-old")];
  for (const event of [...opened, end("t-old", "python", "cut")]) history.apply(event);
  const line = { to: "all", length: 300, isSummed: false };
  for (const event of eventsOf(Array.from({ length: 60 }, () => line))) history.apply(event);
  history.apply(start("t-new", "python", "m-old"));
  for (const event of eventsOf(Array.from({ length: 60 }, () => line))) history.apply(event);
  expect(history.openTurns).toEqual([{ turn: "t-new", persona: "python" }]);
  history.apply(answer("t-new", "python", "hidden"));
  history.apply(end("t-new", "python", "complete"));
  const seen = (persona: string): string =>
    JSON.stringify([...history.viewFor(persona).exchanges()]);
  expect(seen("python")).toContain("hidden");
  expect(seen("agent")).not.toContain("hidden");
});
