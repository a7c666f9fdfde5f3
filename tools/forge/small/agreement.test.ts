import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CallOutcome } from "../../contract/outcome.ts";
import { agree, agreementOf, type Voter } from "./agreement.ts";

const program = { lines: [], source: "" };
const gives = (value: unknown): CallOutcome => ({ kind: "result", value });
const fails = (code: string, declared = true): CallOutcome => {
  return { kind: "failure", code, message: "", declared };
};
const crash: CallOutcome = { kind: "breakdown", why: "no-answer", detail: "" };
const voter = (...outcomes: readonly CallOutcome[]): Voter => ({ program, outcomes });
const inputsFor = (count: number) => Array.from({ length: count }, (_, x) => ({ x }));

describe("programs that were written apart", () => {
  test("make a case of what two of them give", () => {
    const two = [voter(gives(1), fails("EMPTY")), voter(gives(1), fails("EMPTY"))];
    const { cases, disputed } = agreementOf(two, inputsFor(2));
    expect(cases).toEqual([
      { input: { x: 0 }, output: 1 },
      { input: { x: 1 }, error: "EMPTY" },
    ]);
    expect(disputed).toEqual([]);
  });

  test("make no case of what they differ on, until a third one decides", () => {
    const [a, b] = [voter(gives(1)), voter(gives(2))];
    expect(agreementOf([a, b], inputsFor(1))).toMatchObject({ cases: [], disputed: [0] });
    const decided = agreementOf([a, b, voter(gives(2))], inputsFor(1));
    expect(decided).toMatchObject({ best: 1, cases: [{ output: 2 }], disputed: [] });
  });

  test("make no case of two against two", () => {
    const voters = [1, 1, 2, 2].map((value) => voter(gives(value)));
    expect(agreementOf(voters, inputsFor(1)).disputed).toEqual([0]);
  });

  test("agree on nothing by crashing, or by an error that the contract does not name", () => {
    const voters = [
      voter(crash, fails("ValueError", false)),
      voter(crash, fails("ValueError", false)),
    ];
    expect(agreementOf(voters, inputsFor(2))).toMatchObject({ cases: [], unanswered: [0, 1] });
  });

  test("agree in spite of the last digit, and the case has those of the best one", () => {
    const best = voter(gives(99.86), gives(1), gives(1));
    const other = voter(gives(99.86000000000001), gives(1), gives(2));
    const third = voter(crash, crash, gives(1));
    const { cases, best: index } = agreementOf([other, best, third], inputsFor(3));
    expect(index).toBe(1);
    expect(cases[0]).toEqual({ input: { x: 0 }, output: 99.86 });
  });

  test("are chosen by how often they agree, and what the chosen one misses is counted", () => {
    const voters = [
      voter(gives(1), gives(1), gives(9)),
      voter(gives(1), gives(1), gives(3)),
      voter(gives(5), gives(5), gives(3)),
    ];
    expect(agreementOf(voters, inputsFor(3))).toMatchObject({ best: 1, missed: 0 });
    expect(agreementOf(voters.toReversed(), inputsFor(3)).best).toBe(1);
    const missing = [voters[0], voters[0], voters[2], voters[2]].flatMap((one) => one ?? []);
    expect(agreementOf(missing, inputsFor(3)).cases).toHaveLength(0);
  });

  test("hold every case with one program at least that is not the best", () => {
    const outcome = fc.oneof(
      fc.integer({ min: 0, max: 3 }).map(gives),
      fc.constantFrom("A", "B").map((code) => fails(code)),
      fc.constant(crash),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(outcome, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        (table) => {
          const voters = table.map((outcomes) => voter(...outcomes));
          const { cases, best, disputed, unanswered } = agreementOf(voters, inputsFor(4));
          expect(cases.length + disputed.length + unanswered.length).toBe(4);
          for (const known of cases) {
            const { x } = known.input as { readonly x: number };
            const expected = "error" in known ? fails(known.error) : gives(known.output);
            const holders = voters.filter(({ outcomes }, at) => {
              const own = outcomes[x];
              return at !== best && own !== undefined && agree(own, expected);
            });
            expect(holders.length).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});

test.each([
  [[1, 2], [1, 2.0000000001], true],
  [[1, 2], [1, 2.1], false],
  [[1], [1, 2], false],
  [{ a: 1 }, { a: 1 + 1e-12 }, true],
  [{ a: 1 }, { b: 1 }, false],
  ["1", 1, false],
  [null, null, true],
])("%p and %p agree: %p", (a, b, expected) => {
  expect(agree(gives(a), gives(b))).toBe(expected);
});
