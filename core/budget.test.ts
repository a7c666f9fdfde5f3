import { expect, test } from "bun:test";
import fc from "fast-check";
import { breachOf, NO_LIMITS, type Totals, warningsOf } from "./budget.ts";

const SPENDER = { day: "2026-01-01", session: "room", persona: "agent" };
const answer = fc.record({ reserved: fc.nat(400), takenPercent: fc.nat(100) });
const amount = (tokens: number) => ({ tokens, micros: 0 });
const totalsOf = (tokens: number): Totals => {
  const spent = amount(tokens);
  return { session: spent, day: spent, persona: spent };
};

test("no answer is refused of which a budget has not warned, but one larger than the last", () => {
  fc.assert(
    fc.property(
      fc.array(answer, { maxLength: 30 }),
      fc.integer({ min: 1, max: 2000 }),
      (all, tokens) => {
        const limits = { ...NO_LIMITS, persona: { tokens } };
        let [spent, last, hasWarned] = [0, -1, false];
        for (const { reserved, takenPercent } of all) {
          const before = totalsOf(spent);
          const wanted = amount(reserved);
          if (breachOf(limits, SPENDER, { totals: before, reservation: wanted }) !== undefined) {
            expect(hasWarned || reserved > last).toBe(true);
            continue;
          }
          spent += Math.floor((reserved * takenPercent) / 100);
          last = reserved;
          const warnings = warningsOf(limits, SPENDER, {
            before,
            after: totalsOf(spent),
            reservation: wanted,
          });
          hasWarned ||= warnings.length > 0;
          expect(hasWarned || spent < tokens * 0.8).toBe(true);
        }
      },
    ),
  );
});
