/**
 * How often the gate's statistics err, by simulation.
 *
 *   bun bench/statistics.ts [RUNS]   so many runs a figure; 4,000 take some minutes
 */
import { join } from "node:path";
import { VerdictStore } from "#fitness/gate/verdict-store.ts";
import { ReplayLedger } from "#fitness/replay/replay-ledger.ts";
import type { SameRuns } from "#fitness/statistics/side-by-side.ts";
import { UseWatch } from "#fitness/statistics/use-watch.ts";
import {
  randomNumbers,
  simulate,
  simulateBehind,
  simulateDrift,
  simulateResubmission,
} from "#test/gate-simulation.ts";
import { type Grid, publish } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const RUNS = Number(process.argv.slice(2).find((word) => word !== "--json") ?? 4000);
if (!Number.isSafeInteger(RUNS) || RUNS < 40) {
  console.error("The number of runs is at least 40, for example: bun bench/statistics.ts 400");
  process.exit(64);
}

/** What is known of main's own noise: in a home that has promoted often, and in a new one with a live model. */
const KNOWN: SameRuns = { pairs: 200, differing: 20 };
const LIVE: SameRuns = { pairs: 5, differing: 0 };
/** Of what takes long: a line of 60 candidates plays 20,000 pairs, and says more than one candidate. */
const FEWER = Math.ceil(RUNS / 10);
const LOSSES = [-0.05, 0, 0.02, 0.05, 0.1];
const ATTEMPTS = 20;
/** Plays of one generation that give 1: two of them differ in a tenth of the pairs. */
const LIVE_SCORE = 0.947;

const random = randomNumbers(20);
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** What was seen, by how the attempts were counted: the same count is the same question. */
const resubmitted = new Map<string, readonly number[]>();

await using folder = await temporaryFolder();
const outcomes = LOSSES.map((loss) => {
  const of = (same: SameRuns) => simulate(truth(loss), { same, runs: RUNS }, random);
  return { loss, known: of(KNOWN), live: of(LIVE) };
});
publish([goals(), verdicts(), forComparison(), watch()]);

/** A bound, and the figure with known noise and in a new home with a live model; one where both are the same. */
type Row = readonly [what: string, goal: ["≥" | "≤", number], seen: readonly number[]];

function goals(): Grid {
  const [neutral, worse] = [outcomeOf(0), outcomeOf(0.05)];
  const rows: readonly Row[] = [
    ["neutral, promoted", ["≥", 0.85], [neutral.known.promoted, neutral.live.promoted]],
    ["neutral, rejected", ["≤", 0.02], [neutral.known.rejected, neutral.live.rejected]],
    ["neutral behind 60 generations as good, promoted", ["≥", 0.85], [behindSixty()]],
    ["-5 %, promoted", ["≤", 0.03], [worse.known.promoted, worse.live.promoted]],
    [
      "60 of -2 % in a row, quality left (a tenth of the runs)",
      ["≥", 0.95],
      [drift(KNOWN, 0.04), drift(LIVE, 0.04)],
    ],
    ["20 attempts at -5 %, one name", ["≤", 0.05], again(() => ["shout"])],
    ["20 attempts at -5 %, one more name each", ["≤", 0.05], again(namesUpTo)],
    ["false rollbacks in 2,000 uses at .95", ["≤", 0.01], [rolledBack(0.95, RUNS)]],
  ];
  return {
    title: `what is to hold: ${RUNS} runs a figure, every tenth play differs`,
    head: ["", "goal", "known noise", "new home, live model", ""],
    rows: rows.map(([what, [side, bound], seen]) => {
      const isMet = seen.every((one) => (side === "≥" ? one >= bound : one <= bound));
      const [first = 0, second] = seen;
      const cells = [percent(first), second === undefined ? "" : percent(second)];
      return [what, `${side} ${percent(bound)}`, ...cells, isMet ? "met" : "missed"];
    }),
  };
}

function truth(loss: number) {
  return { loss, changeRate: Math.max(0.1, Math.abs(loss)) };
}

function outcomeOf(wanted: number) {
  const found = outcomes.find(({ loss }) => loss === wanted);
  if (found === undefined) throw new Error(`A loss of ${wanted} was not simulated`);
  return found;
}

/** Of a live model, where the anchor is what the ledger makes of 60 noisy means. */
function behindSixty(): number {
  const histories = 10;
  let promoted = 0;
  for (let history = 0; history < histories; history += 1) {
    using ledger = new ReplayLedger(join(folder.path, `replays-${history}.sqlite`));
    ledger.addSameRuns({ pairs: 300, differing: 30 }, 0);
    for (let at = 0; at < 60; at += 1) ledger.addScores(noisyScores(`generation ${at}`, at));
    const { same, anchor } = ledger.history();
    const options = { same, runs: RUNS / histories };
    promoted +=
      simulateBehind({ right: LIVE_SCORE, anchors: [...anchor.values()] }, options, random) /
      histories;
  }
  return promoted;
}

function noisyScores(generation: string, at: number) {
  const pairs = 46;
  const mean = (): number =>
    Array.from({ length: 2 * pairs }, random).filter((draw) => draw < LIVE_SCORE).length /
    pairs /
    2;
  const names = ["one", "two", "three", "four", "five"];
  return { generation, scores: new Map(names.map((name) => [name, { pairs, mean: mean() }])), at };
}

/** The part of the quality that is left of what a line of losses began with. */
function drift(same: SameRuns, allowedAnchorLoss: number, runs = FEWER): number {
  let sum = 0;
  for (let run = 0; run < runs; run += 1) {
    sum += simulateDrift({ loss: 0.02, candidates: 60, allowedAnchorLoss, same }, random);
  }
  return sum / runs / 0.8;
}

function namesUpTo(attempt: number): readonly string[] {
  return Array.from({ length: attempt }, (_, index) => `tool-${index}`);
}

/** The attempts are counted by the store that the gate counts them with. */
function again(toolsOf: (attempt: number) => readonly string[]): readonly number[] {
  using store = new VerdictStore(join(folder.path, `${toolsOf(2).length}.sqlite`));
  const attempts = Array.from({ length: ATTEMPTS }, (_, index) => {
    const [candidate, tools] = [`candidate ${index}`, toolsOf(index + 1)];
    const attempt = store.attemptsAt(tools, candidate) + 1;
    const record = {
      measured: { S7: { pairs: 1 } },
      tools: Object.fromEntries(tools.map((name) => [name, ""])),
    };
    store.add({
      ...{
        candidate,
        branch: candidate,
        main: "",
        intent: tools.join(),
        attempt,
        verdict: "reject",
      },
      ...{ stage: "S7", reason: "", ms: 0, record: JSON.stringify(record), signature: "", at: 0 },
    });
    return attempt;
  });
  const known = resubmitted.get(attempts.join());
  if (known !== undefined) return known;
  const options = { attempts, runs: RUNS };
  const seen = [KNOWN, LIVE].map((same) =>
    simulateResubmission(truth(0.05), { ...options, same }, random),
  );
  resubmitted.set(attempts.join(), seen);
  return seen;
}

function verdicts(): Grid {
  const rows = outcomes.flatMap(({ loss, known, live }) =>
    [known, live].map(({ promoted, rejected, held, pairs }, index) => [
      percent(-loss),
      index === 0 ? "known" : "new home",
      ...[promoted, rejected, held].map(percent),
      pairs.toFixed(0),
    ]),
  );
  return {
    title: "side by side: at most 450 pairs of two plays",
    head: ["true change", "noise", "promoted", "rejected", "held", "pairs"],
    rows,
  };
}

/** What is often done instead: look at the sum of 100 pairs, and ask for no anchor. */
function forComparison(): Grid {
  const better = (loss: number): string => {
    const sums = Array.from({ length: RUNS }, () => sumOfPairs(loss, 100));
    return percent(sums.filter((sum) => sum >= 0).length / RUNS);
  };
  return {
    title: "for comparison",
    head: ["", "seen"],
    rows: [
      ["-5 %, promoted where it did not score worse over 100 pairs", better(0.05)],
      ["-10 %, the same", better(0.1)],
      [
        "60 of -2 % in a row without the anchor, quality left",
        percent(drift(KNOWN, 0.99, Math.ceil(FEWER / 10))),
      ],
    ],
  };
}

function sumOfPairs(loss: number, pairs: number): number {
  let sum = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const draw = random();
    sum += draw < (0.1 - loss) / 2 ? 1 : draw < 0.1 ? -1 : 0;
  }
  return sum;
}

function watch(): Grid {
  const rows = [0.1, 0.3].map((fall) => [
    `a fall by ${fall} from 0.95`,
    percent(rolledBack(0.95 - fall, FEWER)),
  ]);
  return {
    title: "watch: promotions that are reverted within 2,000 uses",
    head: ["", "seen"],
    rows,
  };
}

/** 400 uses that go well by 0.95, a promotion, and 2,000 uses of other tools than it brought. */
function rolledBack(after: number, runs: number): number {
  let reverted = 0;
  for (let run = 0; run < runs; run += 1) {
    const watched = new UseWatch();
    const use = (rate: number) => {
      const ok = random() < rate;
      return watched.push({ tool: "other", ok, brokeDown: !ok });
    };
    for (let index = 0; index < 400; index += 1) use(0.95);
    watched.promoted({ tag: "promotion/1", tools: ["shout"] });
    for (let index = 0; index < 2000; index += 1) {
      if (use(after) === undefined) continue;
      reverted += 1;
      break;
    }
  }
  return reverted / runs;
}
