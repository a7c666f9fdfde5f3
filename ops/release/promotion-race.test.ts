/** Several people at once at one home: promotions of the same candidate and of another one, and rollbacks between them. */
import { afterEach, expect, test } from "bun:test";
import { Gate } from "#fitness/gate/gate.ts";
import { CandidateRepository, WORD_COUNT_SPEC } from "#test/candidate-repository.ts";
import { codeOf, expectSound } from "#test/promoting.ts";
import type { ToolReport } from "#tools/contract/validation.ts";
import type { Change } from "./ledger.ts";
import { openPromoter } from "./open-promoter.ts";
import { promoteCandidate } from "./promote-candidate.ts";
import { rollback } from "./rollback.ts";

const TESTS = { cases: 2, passed: 2, coverage: 1, mutationScore: 0.8, mutants: 5 };
const PASSED: ToolReport = { ok: true, stages: [], tests: TESTS, capabilities: [] };
const { signal } = new AbortController();

let open: CandidateRepository | undefined;
afterEach(() => {
  open?.[Symbol.dispose]();
  open = undefined;
});

/** Two candidates with a new tool each; main is checked out. */
function newHome(): CandidateRepository {
  const home = new CandidateRepository();
  for (const name of ["shout", "whisper"]) {
    const spec = {
      ...WORD_COUNT_SPEC,
      name,
      description: `Can ${name}.`,
      asks: [`please ${name}`],
    };
    home.git("checkout", "--quiet", "main");
    home.branch(name).commit(name, {
      [`tools/generated/${name}/spec.json`]: JSON.stringify(spec),
      [`tools/generated/${name}/tool.ts`]:
        'import { z } from "zod";\nexport const input = z.object({});\n',
    });
  }
  home.git("checkout", "--quiet", "main");
  open = home;
  return home;
}

/** What one person does, with a gate and a promoter of their own, as a process has them. */
function person(home: CandidateRepository, nowMs: number) {
  const own = async <Result>(
    work: (promoter: Awaited<ReturnType<typeof openPromoter>>) => Promise<Result>,
  ): Promise<Result> => {
    await using parts = new AsyncDisposableStack();
    return await work(await openPromoter(home.checkout, {}, parts));
  };
  return {
    promotes: async (name: string) => {
      using gate = await Gate.open(home.checkout);
      const validatorOf = () => () => Promise.resolve(PASSED);
      const request = { candidate: `cand/${name}`, intent: [name], validatorOf, signal, nowMs };
      return await own(
        async (promoter) => (await promoteCandidate(gate, promoter, request)).change,
      );
    },
    rollsBack: async (tag?: string) =>
      await own(async (promoter) => await rollback(promoter, { tag, nowMs })),
    changes: async () => await own(async ({ ledger }) => await Promise.resolve(ledger.all())),
  };
}

/** Each change begins where the one before it ended, and main is where the last one did. */
function expectInLine(home: CandidateRepository, changes: readonly Change[], before: string): void {
  const inOrder = changes.toReversed();
  expect(inOrder.map(({ state }) => state)).toEqual(inOrder.map(() => "done"));
  expect(inOrder.map(({ from }) => from)).toEqual([
    before,
    ...inOrder.slice(0, -1).map(({ to }) => to),
  ]);
  expect(home.id("main")).toBe(inOrder.at(-1)?.to ?? before);
}

test("of people who promote at once each candidate gets into main once, one behind the other", async () => {
  const home = newHome();
  const before = home.id("main");
  expect(await person(home, 0).changes()).toEqual([]);
  const ends = await Promise.all(
    ["shout", "whisper", "shout", "shout", "whisper"].map((name, index) =>
      codeOf(person(home, index + 1).promotes(name)),
    ),
  );
  expect(ends.toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => "CANDIDATE_REFUSED"),
    ...["none", "none"],
  ]);
  const changes = await person(home, 9).changes();
  expect(new Set(changes.map(({ candidate }) => candidate)).size).toBe(2);
  expectInLine(home, changes, before);
  expectSound(home);
});

test("a change that two people revert at once is reverted once, also with a promotion between them", async () => {
  const home = newHome();
  const before = home.id("main");
  const { tag } = await person(home, 1).promotes("shout");
  const ends = await Promise.all([
    codeOf(person(home, 2).rollsBack(tag)),
    codeOf(person(home, 3).promotes("whisper")),
    codeOf(person(home, 4).rollsBack(tag)),
    codeOf(person(home, 5).promotes("shout")),
  ]);
  const [first, promoted, second, again] = ends;
  expect([first, second].toSorted()).toEqual(["INPUT_MISSING", "none"]);
  expect([promoted, again]).toEqual(["none", "CANDIDATE_REFUSED"]);
  const changes = await person(home, 9).changes();
  expect(changes.filter(({ kind }) => kind === "rollback")).toHaveLength(1);
  expect(home.git("ls-tree", "-r", "--name-only", "main")).not.toContain("generated/shout/");
  expectInLine(home, changes, before);
  expectSound(home);
});
