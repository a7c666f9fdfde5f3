/** How often the gate's statistics err, by simulation: verdicts and pairs by the true quality of a candidate. */
import { RateAlarm } from "#fitness/statistics/rate-alarm.ts";
import {
  randomNumbers,
  simulate,
  simulateDrift,
  simulateResubmission,
} from "#test/gate-simulation.ts";
import { type Grid, publish } from "./support/report.ts";

const RUNS = 4000;
/** Runs of main in pairs, and how many differed: of a home that has promoted often, and of a new one. */
const KNOWN = { pairs: 200, differing: 20 };
const NEW_HOME = { pairs: 5, differing: 0 };
const random = randomNumbers(20);
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

publish([verdicts(), pointEstimate(), others()]);

function verdicts(): Grid {
  const homes = [
    ["known", KNOWN],
    ["new home", NEW_HOME],
  ] as const;
  const rows = [-0.05, 0, 0.02, 0.05, 0.1].flatMap((loss) =>
    homes.map(([noise, same]) => {
      const truth = { loss, changeRate: Math.max(0.1, Math.abs(loss)) };
      const { promoted, rejected, held, pairs } = simulate(truth, { same, runs: RUNS }, random);
      const figures = [promoted, rejected, held].map(percent);
      return [percent(-loss), noise, ...figures, pairs.toFixed(0)];
    }),
  );
  return {
    title: `side by side: ${RUNS} candidates each, every tenth play differs, at most 450 pairs of two plays`,
    head: ["true change", "noise", "promoted", "rejected", "held", "pairs"],
    rows,
  };
}

/** What is often done instead: look at the sum of 100 pairs. */
function pointEstimate(): Grid {
  const rows = [0.05, 0.1].map((loss) => {
    const sums = Array.from({ length: RUNS }, () => sumOfPairs(loss, 100));
    return [percent(-loss), percent(sums.filter((sum) => sum >= 0).length / RUNS)];
  });
  return {
    title: "for comparison: promote whatever did not score worse over 100 pairs",
    head: ["true change", "promoted"],
    rows,
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

function others(): Grid {
  const again = [KNOWN, NEW_HOME].map((same) =>
    percent(
      simulateResubmission(
        { loss: 0.05, changeRate: 0.1 },
        { same, attempts: 20, runs: RUNS / 4 },
        random,
      ),
    ),
  );
  const line = { loss: 0.02, candidates: 60 };
  const drift = (allowedAnchorLoss: number): string => {
    const ends = Array.from({ length: 40 }, () =>
      simulateDrift({ ...line, allowedAnchorLoss }, random),
    );
    return (ends.reduce((sum, end) => sum + end, 0) / ends.length).toFixed(3);
  };
  return {
    title: "attempts, drift and watch",
    head: ["", "seen"],
    rows: [
      ["20 attempts at a loss of 5 %, promoted; in a new home", again.join(", ")],
      ["quality of 0.800 after 60 candidates of -2 % each, with the anchor", drift(0.04)],
      ["the same without the anchor", drift(0.99)],
      ["watch: false alarms in 2,000 uses failing at the allowed 3 %", percent(alarms(0.03, 2000))],
      ["watch: alarms in 200 uses failing at 20 %", percent(alarms(0.2, 200))],
    ],
  };
}

function alarms(rate: number, uses: number): number {
  let count = 0;
  for (let run = 0; run < 1000; run += 1) {
    const alarm = new RateAlarm(0.03, 0.01);
    for (let use = 0; use < uses && !alarm.alarmed; use += 1) alarm.push(random() < rate);
    if (alarm.alarmed) count += 1;
  }
  return count / 1000;
}
