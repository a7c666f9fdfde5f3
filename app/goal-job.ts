/** Jobs that are goals: cycles in a room of their own, which another process goes on with. */
import { createHash } from "node:crypto";
import type { BudgetLedger } from "#core/budget-ledger.ts";
import { goalLimits, NOTHING_SPENT } from "#core/cycles/limits.ts";
import type { GoalStep } from "#core/goal-step.ts";
import type { Journal } from "#core/journal.ts";
import { builtInLine } from "#core/rules/built-in.ts";
import type { Model } from "#models/model.ts";
import { processClock } from "#platform/process-clock.ts";
import type { CycleReport } from "#room/cycles/cycle-state.ts";
import { goalMind } from "#room/cycles/goal-mind.ts";
import { type CycleRun, runCycles } from "#room/cycles/run-cycles.ts";
import { keyOf } from "#room/entries.ts";
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import type { JobData } from "#server/jobs/job-service.ts";
import { JobCancelled } from "#server/jobs/worker-pool.ts";
import { roomId } from "#server/socket/room-ids.ts";
import { type BuiltInParts, builtInAnswer } from "./built-in-answer.ts";
import type { AppParts } from "./context.ts";
import { goalRunner } from "./goal-runner.ts";
import type { HomeTools } from "./home-tools.ts";
import { unknownTool } from "./tool-job.ts";

/** Who acts, to the rules of the policy and to the budget. */
const PERSONA = "job";

export interface GoalParts {
  readonly app: Pick<AppParts, "settings" | "cleaner" | "lockOf" | "onUsage" | "providers">;
  readonly journal: Journal;
  readonly tools: HomeTools;
  readonly budget: BudgetLedger;
  /** Opened when the goal needs one. */
  readonly model: () => Promise<Model>;
  readonly builtIn: BuiltInParts;
}

/** @throws {OrgError} `TOOL_UNKNOWN`; what a model's server says, where another attempt may help. */
export async function goalJob(parts: GoalParts, run: JobRun<WorkOf<"goal">>): Promise<JobData> {
  const room = roomOf(run);
  const log = goalLog(parts, { room, run });
  const report =
    (await withoutModel(parts, { run, log })) ?? (await withModel(parts, { run, log, room }));
  const { cycles, spent } = report;
  const steps = cycles.map(({ cycle, action, outcome, summary }) => ({
    ...{ cycle, action: action?.name ?? null, outcome, summary },
  }));
  // As plain data: what is absent is left out.
  return JSON.parse(JSON.stringify({ room, ...report, cycles: spent.cycles, steps }));
}

/** The same for every attempt, and another one for a later job of the same name. */
function roomOf({ id, createdAt }: JobRun): string {
  const hash = createHash("sha256").update(`${id}\0${createdAt}`).digest("hex");
  return roomId(new Date(createdAt), hash);
}

interface Working {
  readonly run: JobRun<WorkOf<"goal">>;
  readonly log: CycleRun["log"];
}

async function withModel(
  { app, tools, budget, model }: GoalParts,
  { run, log, room }: Working & { readonly room: string },
): Promise<CycleReport> {
  const { settings, cleaner, lockOf, onUsage } = app;
  const { text, limits, tools: toolNames } = run.work;
  const unknown = toolNames?.find((name) => tools.schemaOf(name) === undefined);
  if (unknown !== undefined) throw unknownTool(unknown, tools.names);
  const goalModel = await model();
  const mind = goalMind({
    goal: text,
    tools: await tools.offered(text, toolNames),
    model: {
      ...{ model: goalModel, owner: PERSONA, cleaner, prices: settings.prices, alive: run.alive },
      lock: lockOf(goalModel.provider.endpoint),
      account: budget.account(room, PERSONA),
      onUsage: (usage) => onUsage?.(PERSONA, usage),
    },
  });
  return await runCycles({
    ...{ id: run.id, aim: text, clock: processClock, log, mind, runner: goalRunner(tools) },
    limits: goalLimits(settings.profile, limits ?? {}, settings.goals),
    signal: run.signal,
    endOf: (reason) => (reason instanceof JobCancelled ? "stopped" : undefined),
  });
}

/** Simple lines are answered by code where no model is at hand. @returns `undefined` for all others. */
async function withoutModel(
  { app, builtIn }: GoalParts,
  { run, log }: Working,
): Promise<CycleReport | undefined> {
  const line = builtInLine(run.work.text);
  if (line === undefined || (await log.read()).length > 0) return undefined;
  const { main, checkMain } = await app.providers();
  const isUp = (await checkMain(run.signal)) === "up";
  // A server without a model answers no goal either.
  if (isUp && (await main.listModels(run.signal)).length > 0) return undefined;
  const text = await builtInAnswer(line, builtIn, run.signal);
  const mono = processClock.nowMs();
  const step = { type: "goal", goal: run.id, cycle: 0, phase: "goal", attempt: 1, mono } as const;
  const spent = NOTHING_SPENT;
  await log.append({ ...step, spent, state: "begun", text: run.work.text });
  await log.append({ ...step, spent, state: "done", end: "done", text });
  return { end: "done", text, cycles: [], refused: [], spent };
}

/** The steps of a goal in the journal of its room, and what was done in the trace of its job. */
function goalLog(
  { app, journal }: GoalParts,
  { room, run }: { readonly room: string; readonly run: JobRun },
): CycleRun["log"] {
  return {
    read: async () => {
      const steps: GoalStep[] = [];
      for await (const { event } of journal.read(room, 1)) {
        if (event.type === "goal" && event.goal === run.id) steps.push(event);
      }
      return steps;
    },
    append: async (step) => {
      const { action, ...rest } = step;
      // Of an action only secrets go: it is what runs, to the letter.
      const event: GoalStep = {
        ...app.cleaner.cleanData(rest),
        ...(action && { action: app.cleaner.redactData(action) }),
      };
      await journal.append(room, { key: keyOf(event), event });
      const { state, mono: _mono, goal: _goal, attempt: _attempt, ...detail } = event;
      // A job that was cancelled takes no notes any more, and its room still says how it ended.
      if (state === "begun" || run.signal.aborted) run.alive();
      else await run.note(JSON.parse(JSON.stringify(detail)));
    },
  };
}
