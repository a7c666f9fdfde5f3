/** Runs tasks for a real model: through the product, a naive loop and other programs, on the same server in turns. */
import { appendFile } from "node:fs/promises";
import { type Attempt, attempt } from "./attempt.ts";
import type { Contestant } from "./contestant.ts";
import { loopContestant } from "./loop-contestant.ts";
import { type ServerFacts, serverFacts } from "./model-server-facts.ts";
import { engineContestant, orgContestant } from "./org-contestant.ts";
import { peerContestant } from "./peer-contestant.ts";
import { startProxy } from "./recording-proxy.ts";
import { publish } from "./report.ts";
import {
  type ContestantName,
  chosen,
  readOptions,
  type TaskOptions,
  type TaskSet,
} from "./task-options.ts";
import { taskReport } from "./task-report.ts";
import type { Trial } from "./trial.ts";

const PATIENCE_MS = 120_000;
const INTERRUPTED = 130;
const USAGE = 2;

/** A bench: its tasks, and what differs from the others. */
export interface TaskBench extends TaskSet {
  readonly trials: () => Promise<readonly Trial[]>;
}

/**
 * Runs a bench as the command line says, and prints its tables.
 *
 * @returns the exit code.
 */
export async function runTaskBench(bench: TaskBench, args: readonly string[]): Promise<number> {
  const options = readOptions(
    args.filter((arg) => arg !== "--json"),
    bench,
  );
  if ("help" in options) {
    process.stderr.write(`${options.help}\n`);
    return USAGE;
  }
  const { read, base, model } = options;
  if (read !== undefined) {
    const lines = (await Bun.file(read).text()).trim().split("\n");
    const attempts = lines.map((line): Attempt => JSON.parse(line));
    publish(taskReport({ title: read, set: bench, attempts }));
    return 0;
  }
  if (base !== undefined && model !== undefined)
    return await runAll(bench, { ...options, base, model });
  const how = `it needs a model server: bun run bench ${bench.name} --base URL --model NAME`;
  publish([{ title: bench.name, head: ["state", ""], rows: [["not run", how]] }]);
  return 0;
}

interface Running extends TaskOptions {
  readonly base: string;
  readonly model: string;
}

/** @returns the exit code. */
async function runAll(bench: TaskBench, running: Running): Promise<number> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  const facts = await serverFacts(running.base, interrupt.signal);
  const trials = chosen(await bench.trials(), running);
  const attempts: Attempt[] = [];
  const commit = await commitOf();
  try {
    for await (const one of attemptsOf(running, { facts, trials, signal: interrupt.signal })) {
      attempts.push(one);
      const { base: _, model } = running;
      const line = { ...one, model, server: facts.text, commit, at: new Date().toISOString() };
      if (running.out !== undefined) await appendFile(running.out, `${JSON.stringify(line)}\n`);
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write("interrupted: these are the results so far\n");
  }
  const title = `${bench.name}: ${running.model} on ${facts.text}, commit ${commit}`;
  if (attempts.length > 0) publish(taskReport({ title, set: bench, attempts }));
  if (interrupt.signal.aborted) return INTERRUPTED;
  const right = attempts.filter((one) => one.contestant === "org" && one.right).length;
  return right < (running.floor ?? 0) ? 1 : 0;
}

interface Round {
  readonly facts: ServerFacts;
  readonly trials: readonly Trial[];
  readonly signal: AbortSignal;
}

/** Each task goes to all contestants before the next one, and each time another one begins. */
async function* attemptsOf(running: Running, round: Round): AsyncGenerator<Attempt> {
  const { base, model, runs, seconds } = running;
  const { isLlamaCpp } = round.facts;
  await using proxy = startProxy({ base, isLlamaCpp, patienceMs: PATIENCE_MS });
  const contestants = running.contestants.map((name) => contestantOf(name, running, round.facts));
  const all = runs * round.trials.length;
  for (let index = 0; index < all; index += 1) {
    const trial = round.trials[index % round.trials.length];
    if (trial === undefined) return;
    const first = index % contestants.length;
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const one = await attempt(trial, contestant, {
        ...{ proxy, model, signal: round.signal, limitMs: seconds * 1000 },
        run: Math.floor(index / round.trials.length) + 1,
      });
      process.stderr.write(`[${index + 1}/${all}] ${progress(one)}\n`);
      yield one;
    }
  }
}

function contestantOf(name: ContestantName, running: Running, facts: ServerFacts): Contestant {
  switch (name) {
    case "org":
      return orgContestant(running.wire);
    case "engine":
      return engineContestant();
    case "loop":
      return loopContestant(running.temperature);
    case "pi":
    case "opencode":
      if (running.peers === undefined) throw new Error(`${name} needs --peers DIR`);
      return peerContestant(name, running.peers, facts.windowTokens);
  }
}

function progress(one: Attempt): string {
  const end = one.right ? "right" : one.ended === "answered" ? "wrong" : one.ended;
  const gate = one.gate === undefined ? "" : `, gate: ${one.gate}`;
  const tokens = `${one.evaluated}+${one.reused ?? "?"} → ${one.written} tokens`;
  const calls = `${one.succeeded} of ${one.calls} calls succeeded`;
  return `${one.task} · ${one.contestant}: ${end}${gate}, ${calls}, ${tokens}, ${Math.round(one.ms / 1000)} s`;
}

async function commitOf(): Promise<string> {
  const git = Bun.spawn(["git", "describe", "--always", "--dirty"], {
    cwd: import.meta.dir,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return (await git.stdout.text()).trim() || "unknown";
}
