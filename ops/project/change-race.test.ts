/** Several people at once at one project: promotions, rollbacks, and attempts that are taken, in every order of time. */
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { codeOf } from "#test/promoting.ts";
import { attemptsFolder, createAttempt, takeAttempt } from "./attempt.ts";
import { readAttempts, writeAttempts } from "./attempts-record.ts";
import { type CandidateRoom, makeCandidate, type ProjectCandidate } from "./candidate.ts";
import { promoteCandidate } from "./promotion.ts";
import { readRefs } from "./refs.ts";
import { rollbackPromotion } from "./rollback.ts";
import { readState } from "./room-folder.ts";
import { keepTurn, type ProjectWork } from "./work.ts";

/** `FC_RUNS=100` for the figure of docs/benchmarks.md. */
const ROUNDS = Number(Bun.env["FC_RUNS"] ?? 2);
const NOW = Date.UTC(2026, 10, 23, 8, 30);
const AGENT = { persona: "agent", title: "change it" };
const PLAIN = ["a.txt", "b.txt", "c.txt", "mine.txt"];
/** In milliseconds: some wait for the lock of another, and some come when that is done. */
const delays = fc.array(fc.constantFrom(0, 0, 5, 20, 60, 150), { minLength: 7, maxLength: 7 });

/** A candidate of one turn that writes a file. */
async function candidateOf(work: ProjectWork, file: string, nowMs: number) {
  writeFileSync(join(work.copy, file), "changed\n");
  await keepTurn(work, AGENT);
  return await makeCandidate(roomOf(work), { title: file, trailers: {}, nowMs });
}

function roomOf({ location, repository }: ProjectWork): CandidateRoom {
  return { location, repository };
}

/** An attempt that has passed and waits: it changes `a.txt`. */
async function waitingAttempt(main: ProjectWork): Promise<void> {
  const state = await readState(main.folder);
  mkdirSync(attemptsFolder(main));
  const attempt = await createAttempt(main, { number: 1, start: state });
  writeFileSync(join(attempt.copy, "a.txt"), "attempt\n");
  await keepTurn(attempt, AGENT);
  const cost = { ms: 1, promptTokens: 1, completionTokens: 1 };
  const result = { outcome: "passes", why: "", checks: { passed: 1, all: 1 }, fixed: 1 } as const;
  const attempts = [
    {
      ...{ number: 1, persona: "agent", model: "m" },
      result: { ...result, files: 1, added: 1, removed: 1, ...cost },
    },
  ];
  const record = { task: "mend it", start: state.refs.work, attempts, taking: null };
  await writeAttempts(attemptsFolder(main), record);
}

interface Situation {
  /** The room with the attempt, and its candidate that is in the branch. */
  readonly main: ProjectWork;
  readonly promoted: ProjectCandidate;
  /** Another room, and its candidate that waits. */
  readonly other: ProjectWork;
  readonly next: ProjectCandidate;
}

/** What each of them ended with, in order; a candidate of the room is made between them. */
async function atOnce({ main, promoted, other, next }: Situation, waits: readonly number[]) {
  let made: ProjectCandidate | undefined;
  const deeds = [
    () => promoteCandidate(roomOf(other), next, { nowMs: NOW }),
    () => promoteCandidate(roomOf(other), next, { nowMs: NOW }),
    () => rollbackPromotion(main.location, { name: promoted.name, nowMs: NOW }),
    () => rollbackPromotion(main.location, { name: promoted.name, nowMs: NOW }),
    () => takeAttempt(main, 1),
    () => takeAttempt(main, 1),
    async () => {
      made = await makeCandidate(roomOf(main), { title: "it", trailers: {}, nowMs: NOW + 2000 });
    },
  ];
  const ends = await Promise.all(
    deeds.map(async (deed, index) => {
      await sleep(waits[index] ?? 0);
      return await codeOf(deed());
    }),
  );
  return { ends, made };
}

test(
  "each is done once or refused, and nothing of the user, the room or a candidate is lost",
  async () => {
    for (const waits of fc.sample(delays, ROUNDS)) {
      using user = new ProjectRepository();
      user.commit("first", Object.fromEntries(PLAIN.map((name) => [name, "one\n"])));
      const main = await user.open();
      const promoted = await candidateOf(main, "b.txt", NOW);
      await promoteCandidate(roomOf(main), promoted, { nowMs: NOW });
      const other = await user.open("other");
      const next = await candidateOf(other, "c.txt", NOW + 1000);
      await waitingAttempt(main);
      user.write("mine.txt", "mine\n");
      user.write("new.txt", "mine\n");

      const { ends, made } = await atOnce({ main, promoted, other, next }, waits);
      const pairs = [ends.slice(0, 2), ends.slice(2, 4), ends.slice(4, 6)].map((pair) =>
        pair.toSorted(),
      );
      expect(pairs.slice(0, 2), waits.join()).toEqual([
        ["CANDIDATE_REFUSED", "none"],
        ["INPUT_MISSING", "none"],
      ]);
      expect([
        ["INPUT_MISSING", "none"],
        ["LOCK_HELD", "none"],
      ]).toContainEqual(pairs[2] ?? []);
      expect(ends[6]).toBe("none");

      const now = PLAIN.map((name) => readFileSync(join(user.root, name), "utf8"));
      expect(now, waits.join()).toEqual(["one\n", "one\n", "changed\n", "mine\n"]);
      expect(user.git("status", "--porcelain")).toBe(" M mine.txt\n?? new.txt\n");
      expect(user.git("rev-list", "--count", "--first-parent", "main").trim()).toBe("4");
      user.git("fsck", "--strict", "--connectivity-only");
      const left = readdirSync(join(user.root, ".git")).filter((name) => /org-|lock/.test(name));
      expect(left).toEqual([]);

      expect(readFileSync(join(main.copy, "a.txt"), "utf8")).toBe("attempt\n");
      expect(await readAttempts(attemptsFolder(main))).toBeUndefined();
      const { work } = await readRefs(main.repository);
      const show = async (what: string) => await gitText(main.repository, ["show", what]);
      expect(await show(`${work}:a.txt`)).toBe("attempt");
      expect(["one", "attempt"]).toContain(await show(`${made?.commit}:a.txt`));
      await gitText(main.repository, ["fsck", "--connectivity-only"]);
    }
  },
  60_000 + ROUNDS * 30_000,
);
