/** One burst: a model is asked what to do next, a few times, and what it wants is done within narrow limits. */
import { searchKey } from "#core/autonomy/insight.ts";
import type { ToolSchema } from "#core/calls.ts";
import type { Clock } from "#core/cycles/clock.ts";
import type { LimitLedger } from "#core/cycles/limit-ledger.ts";
import { explain, OrgError } from "#core/errors.ts";
import type { GoalAction } from "#core/goal-step.ts";
import { isFields } from "#core/json.ts";
import type { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import {
  type BurstReport,
  CODE,
  endedBurst,
  REFLECT,
  TEST_TOOL,
} from "#home/autonomy/burst-report.ts";
import type { AutonomySettings } from "#home/settings/autonomy-settings.ts";
import { type BurstStop, BurstStopped } from "#ops/autonomy/burst-life.ts";
import type { CycleModel } from "#room/cycles/ask.ts";
import { goalMind } from "#room/cycles/goal-mind.ts";
import { type ActionResult, type CycleRun, runCycles } from "#room/cycles/run-cycles.ts";
import type { BurstService } from "#server/socket/burst-service.ts";
import { burstReport, reportOfSteps, stepsOf } from "./burst-steps.ts";

/** What a build may take: its questions count as those of the burst. */
export interface BuildLimits {
  readonly ledger: LimitLedger;
  readonly signal: AbortSignal;
}

/** What a burst can reach, beside what it thinks. */
export interface BurstTools {
  /** Tools without effects that it may call. */
  readonly schemas: readonly ToolSchema[];
  /** Why a call is not allowed; asked before it runs. */
  refusalOf(action: GoalAction, signal: AbortSignal): Promise<string | undefined>;
  call(action: GoalAction, signal: AbortSignal): Promise<ActionResult>;
  /** Names of tools that were made here and can be tried. */
  readonly made: readonly string[];
  /** Calls a tool with its own first example, with nothing granted. */
  tryTool(name: string, signal: AbortSignal): Promise<ActionResult>;
  /** Has a tool built, which waits as a candidate. @default it may not */
  readonly build?: ((goal: string, within: BuildLimits) => Promise<ActionResult>) | undefined;
}

/** What a burst keeps of itself. */
interface BurstStore extends Pick<AutonomyStore, "steps" | "searches" | "finish"> {
  append(burst: string, body: string): void | Promise<void>;
}

export interface BurstParts {
  readonly id: string;
  readonly settings: AutonomySettings;
  readonly store: BurstStore;
  /** The owner of the home. */
  readonly owner: BurstService;
  readonly model: CycleModel;
  readonly tools: BurstTools;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborts with a `BurstStopped`. */
  readonly signal: AbortSignal;
}

/** Questions of a cycle: what to do, what came of it, and one more of each; and those that a tool takes to be built. */
const CALLS_A_CYCLE = 4;
const CALLS_OF_A_BUILD = 30;

/** Works to an end, which is on disk when it resolves. Never throws for what a model or its server does. */
export async function runBurst(parts: BurstParts): Promise<BurstReport> {
  const { id, store, now } = parts;
  const report = await worked(parts).catch((error: unknown) => {
    const report = (end: string) => reportOfSteps(stepsOf(store, id), end);
    if (parts.signal.aborted) return report(stopOf(parts.signal));
    if (!(error instanceof OrgError)) throw error;
    return { ...report("error"), text: explain(error) };
  });
  store.finish(id, endedBurst(report, now()));
  return report;
}

async function worked(parts: BurstParts): Promise<BurstReport> {
  const { id, settings, store, model, tools, clock, signal } = parts;
  const { questions, budget, lengthMs } = settings;
  const aim = await aimOf(parts);
  const mind = goalMind({ model, goal: aim, tools: schemasOf(tools) });
  let ledger: LimitLedger | undefined;
  const report = await runCycles({
    ...{ id, aim, clock, signal },
    limits: {
      ...{ cycles: questions, actions: questions, seconds: lengthMs / 1000, tokens: budget.tokens },
      money: (budget.micros ?? Number.POSITIVE_INFINITY) / 1_000_000,
      calls: questions * CALLS_A_CYCLE + (tools.build === undefined ? 0 : CALLS_OF_A_BUILD),
    },
    log: {
      read: () => Promise.resolve(stepsOf(store, id)),
      append: async (step) => await store.append(id, JSON.stringify(step)),
    },
    mind: {
      ...mind,
      intend: async (state, asking) => {
        ledger = asking.ledger;
        return await mind.intend(state, asking);
      },
    },
    runner: runnerOf(parts, () => ledger),
    endOf: () => (stopOf(signal) === "human" ? "human" : "stopped"),
  });
  return burstReport(report, signal.aborted ? stopOf(signal) : report.end);
}

/** A process that is told to leave was told so by a person. */
function stopOf({ reason }: AbortSignal): BurstStop {
  return reason instanceof BurstStopped ? reason.why : "stopped";
}

const AIM = [
  "The user is away and has asked for nothing. Find out the most useful small thing that you can do for them now, and do it.",
  "In this order: try tools that were made here and were not tried lately, find out why one fails, look for what is known",
  "about what the user is working on, and write down an insight that helps them and was not written down before.",
  "An insight is one sentence that follows from what you found; never guess, and never repeat what is known.",
].join(" ");

async function aimOf({ id, owner, tools }: BurstParts): Promise<string> {
  const made = tools.made.length === 0 ? "" : `Tools that were made here: ${tools.made.join(", ")}`;
  return [AIM, await owner.brief(id), made].filter((text) => text !== "").join("\n\n");
}

function text(description: string, name: string): ToolSchema["parameters"] {
  return {
    type: "object",
    properties: { [name]: { type: "string", description } },
    required: [name],
    additionalProperties: false,
  };
}

function schemasOf({ schemas, made, build }: BurstTools): readonly ToolSchema[] {
  return [
    ...schemas,
    ...(made.length === 0
      ? []
      : [
          {
            name: TEST_TOOL,
            description: "tries a tool that was made here with its own example",
            parameters: text("name of the tool", "tool"),
          },
        ]),
    ...(build === undefined
      ? []
      : [
          {
            name: CODE,
            description: "has a new tool built; it waits for the user's approval",
            parameters: text("what the tool is to do", "goal"),
          },
        ]),
    {
      name: REFLECT,
      description: "writes an insight down; the user reviews it",
      parameters: text("the insight, in one sentence", "text"),
    },
  ];
}

/** @param ledger of the run, once it has asked anything. */
function runnerOf(
  { id, store, owner, tools, now, signal }: BurstParts,
  ledger: () => LimitLedger | undefined,
): CycleRun["runner"] {
  const refusals: Readonly<Record<string, (about: string) => Promise<string | undefined>>> = {
    [REFLECT]: () => Promise.resolve(undefined),
    [TEST_TOOL]: (name) =>
      Promise.resolve(tools.made.includes(name) ? undefined : `there is no tool "${name}" to try`),
    [CODE]: async (goal) => ((await owner.isRelevant(id, goal)) ? undefined : OFF_TOPIC),
  };
  const refusalOf = async (action: GoalAction): Promise<string | undefined> => {
    const about = aboutOf(action);
    const own = refusals[action.name];
    if (own !== undefined) return await own(about);
    const refusal = await tools.refusalOf(action, signal);
    if (refusal !== undefined) return refusal;
    if (!(await owner.isRelevant(id, about))) return OFF_TOPIC;
    const isNew = store.searches(`${action.name} ${searchKey(about)}`, now());
    return isNew ? undefined : "the same was looked for within the last day";
  };
  return {
    refusalOf,
    isRepeatable: ({ name }) => Promise.resolve(name !== CODE),
    run: async (action, within) => {
      const about = aboutOf(action);
      if (action.name === REFLECT) return await reflect(owner, id, about);
      if (action.name === TEST_TOOL) return await tools.tryTool(about, within);
      const open = ledger();
      if (action.name === CODE && tools.build !== undefined && open !== undefined) {
        return await tools.build(about, { ledger: open, signal: within });
      }
      return await tools.call(action, within);
    },
  };
}

const OFF_TOPIC = "it has nothing to do with what the user is about";

async function reflect(owner: BurstService, id: string, about: string): Promise<ActionResult> {
  const stored = await owner.keep(id, about);
  if ("note" in stored)
    return { outcome: "done", text: `kept as m${stored.note}, for the user's review` };
  return { outcome: "refused", text: stored.why };
}

/** All that an action says of itself. */
function aboutOf({ args }: GoalAction): string {
  const values = isFields(args) ? Object.values(args) : [];
  return values.filter((value) => typeof value === "string").join(" ");
}
