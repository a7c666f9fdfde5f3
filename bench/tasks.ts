#!/usr/bin/env bun
/** Easy tasks for a real model: through the product, a naive loop and other programs, on the same server in turns. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { type Attempt, attempt } from "./support/attempt.ts";
import type { Contestant } from "./support/contestant.ts";
import { loopContestant } from "./support/loop-contestant.ts";
import { type ServerFacts, serverFacts } from "./support/model-server-facts.ts";
import { orgContestant } from "./support/org-contestant.ts";
import { peerContestant } from "./support/peer-contestant.ts";
import { startProxy } from "./support/recording-proxy.ts";
import { publish } from "./support/report.ts";
import { readTasks, type Task } from "./support/task.ts";
import {
  type ContestantName,
  chosen,
  readOptions,
  type TaskOptions,
} from "./support/task-options.ts";
import { taskReport } from "./support/task-report.ts";

const PATIENCE_MS = 120_000;
const INTERRUPTED = 130;

const args = process.argv.slice(2).filter((arg) => arg !== "--json");
const options = readOptions(args);
if ("help" in options) {
  process.stderr.write(`${options.help}\n`);
  process.exitCode = 2;
} else if (options.read !== undefined) {
  const lines = (await Bun.file(options.read).text()).trim().split("\n");
  publish(
    taskReport(
      options.read,
      lines.map((line): Attempt => JSON.parse(line)),
    ),
  );
} else if (options.base === undefined || options.model === undefined) {
  const rows = [
    ["not run", "it needs a model server: bun run bench tasks --base URL --model NAME"],
  ];
  publish([{ title: "tasks", head: ["state", ""], rows }]);
} else {
  process.exitCode = await runAll({ ...options, base: options.base, model: options.model });
}

interface Running extends TaskOptions {
  readonly base: string;
  readonly model: string;
}

/** @returns the exit code. */
async function runAll(running: Running): Promise<number> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  const facts = await serverFacts(running.base, interrupt.signal);
  const tasks = chosen(await readTasks(join(import.meta.dir, "tasks")), running);
  const attempts: Attempt[] = [];
  const commit = await commitOf();
  try {
    for await (const one of attemptsOf(running, { facts, tasks, signal: interrupt.signal })) {
      attempts.push(one);
      const { base: _, model } = running;
      const line = { ...one, model, server: facts.text, commit, at: new Date().toISOString() };
      if (running.out !== undefined) await appendFile(running.out, `${JSON.stringify(line)}\n`);
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write("interrupted: these are the results so far\n");
  }
  const title = `tasks: ${running.model} on ${facts.text}, commit ${commit}`;
  if (attempts.length > 0) publish(taskReport(title, attempts));
  if (interrupt.signal.aborted) return INTERRUPTED;
  const right = attempts.filter((one) => one.contestant === "org" && one.right).length;
  return right < (running.floor ?? 0) ? 1 : 0;
}

interface Round {
  readonly facts: ServerFacts;
  readonly tasks: readonly Task[];
  readonly signal: AbortSignal;
}

/** Each task goes to all contestants before the next one, and each time another one begins. */
async function* attemptsOf(running: Running, round: Round): AsyncGenerator<Attempt> {
  const { base, model, runs, seconds } = running;
  const { isLlamaCpp } = round.facts;
  await using proxy = startProxy({ base, isLlamaCpp, patienceMs: PATIENCE_MS });
  const contestants = running.contestants.map((name) => contestantOf(name, running, round.facts));
  const all = runs * round.tasks.length;
  for (let index = 0; index < all; index += 1) {
    const task = round.tasks[index % round.tasks.length];
    if (task === undefined) return;
    const first = index % contestants.length;
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const one = await attempt(task, contestant, {
        ...{ proxy, model, signal: round.signal, limitMs: seconds * 1000 },
        run: Math.floor(index / round.tasks.length) + 1,
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
    case "loop":
      return loopContestant(running.temperature);
    case "pi":
    case "opencode":
      if (running.peers === undefined) throw new Error(`${name} needs --peers DIR`);
      return peerContestant(name, running.peers, facts.windowTokens);
  }
}

function progress(one: Attempt): string {
  const fate = one.right ? "right" : one.ended === "answered" ? "wrong" : one.ended;
  const tokens = `${one.evaluated}+${one.reused ?? "?"} → ${one.written} tokens`;
  const calls = `${one.succeeded} of ${one.calls} calls succeeded`;
  return `${one.task} · ${one.contestant}: ${fate}, ${calls}, ${tokens}, ${Math.round(one.ms / 1000)} s`;
}

async function commitOf(): Promise<string> {
  const git = Bun.spawn(["git", "describe", "--always", "--dirty"], {
    cwd: import.meta.dir,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return (await git.stdout.text()).trim() || "unknown";
}
