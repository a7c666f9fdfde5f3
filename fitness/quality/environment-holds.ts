/**
 * What a tool does in its environment and nothing shows to be right.
 *
 * A case names arguments and an answer; it cannot name a date, a number of chance, a memory or a file. So where a tool may see
 * them, each of its decisions is forced both ways: what only other environments notice, or nothing at all, a human decides.
 */
import type { HeldText } from "#tools/contract/validation.ts";
import { inParallel } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import type { Scene, SceneAnswer } from "../oracle/play.ts";
import { orderly } from "../oracle/play.ts";
import type { OnSkipped } from "../oracle/skipped.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { longPlay, type WholePlay, wholePlay } from "../oracle/whole-play.ts";
import { performPlay } from "./ask-many.ts";
import type { ModuleDecision } from "./decision.ts";
import { testsNotice } from "./own-tests.ts";
import type { ModuleRelaxed } from "./relaxed.ts";
import type { Inside } from "./run-inside.ts";

/** Processor time of all scenes in milliseconds, and of a forced program at the least: an ordinary tool takes a tenth. */
const CPU_MS = { all: 6000, least: 1000 } as const;
/** Where a call ends a process, the other environments are tried in the next one. */
const STARTS = 4;
/** Of a program with more conditions no human could be told. */
const MOST_CONDITIONS = 40;
const EXCERPT_CHARACTERS = 80;
const MOST_HELD = 5;
const READS_ENVIRONMENT = /^(?:clock|random|memory|files:)/;

interface HoldContext {
  readonly decisions: readonly ModuleDecision[];
  /** The same tool with a bound wider, or without one thing that takes something away. */
  readonly relaxed: readonly ModuleRelaxed[];
  readonly seed: number;
  readonly inside: Inside;
}

/** Where a program was forced, and who noticed. */
interface Trial {
  readonly decision: ModuleDecision;
  /** Whether a case has another answer. */
  readonly isDeclared: boolean;
  /** The first scene of another environment that has another answer. */
  readonly scene: Scene | undefined;
}

/** @returns what a human has to decide; nothing of a tool that sees its arguments alone. */
export async function environmentHolds(
  tool: ToolUnderTest,
  { decisions, relaxed, seed, inside }: HoldContext,
): Promise<readonly HeldText[]> {
  if (!tool.contract.capabilities.some((name) => READS_ENVIRONMENT.test(name))) return [];
  const conditions = new Set(decisions.map(({ file, place }) => `${file} ${place}`));
  if (conditions.size > MOST_CONDITIONS) return [tooMany(conditions.size)];
  const long = { play: longPlay(tool, seed), cpuMs: CPU_MS.all, starts: 1 };
  const before = await performPlay(tool, long, inside);
  const play = wholePlay(tool, seed, before.answers.at(-1)?.state);
  const whole = await performPlay(tool, { play, cpuMs: CPU_MS.all, starts: STARTS }, inside);
  for (const { answers } of [before, whole]) reportEnds(answers, inside.onSkipped);
  if (play.unnamed > 0)
    inside.onSkipped?.(`${play.unnamed} inputs with names of files were not asked`);
  const { answers } = whole;
  const cpuMs = Math.max(CPU_MS.least, Math.ceil(3 * whole.cpuMs));
  const performed = async (file: string, source: string, counts: Counts = isAny) => {
    const limits = { cpuMs, starts: 1, instead: { [file]: source } };
    const now = await performPlay(tool, { play, ...limits }, inside);
    return noticedBy({ ...play, counts }, answers, now.answers);
  };
  const trials = await inParallel(
    decisions,
    async (decision): Promise<Trial> => ({
      decision,
      ...(await performed(decision.file, decision.source)),
    }),
  );
  const doubtful = trials.filter((one) => !one.isDeclared && isInformative(one, trials));
  const unseen = await inParallel(doubtful, async (one) => {
    const { file, source, probe } = one.decision;
    // That a forced program answers the same does not say that it goes the same way.
    const way = one.scene === undefined ? probe : source;
    if (way === undefined) return [];
    const met = one.scene === undefined ? await performed(file, way) : undefined;
    if (met?.isDeclared === true || met?.scene !== undefined) return [];
    return (await testsNotice(tool, { file, source: way }, inside)) ? [] : [heldFor(one)];
  });
  const bounds = await inParallel(boundsOfState(tool, relaxed), async (one) => {
    const { isDeclared, scene } = await performed(one.file, one.source, isOfState);
    if (isDeclared || scene === undefined || (await testsNotice(tool, one, inside))) return [];
    return [heldForBound(one, scene)];
  });
  return [
    ...resultless(tool),
    ...unseen.flat(),
    ...bounds.flat(),
    ...failing(tool, play, answers),
  ].slice(0, MOST_HELD);
}

/** Calls without an answer, and the environments that ended with them, show nothing. */
export function reportEnds(
  answers: readonly SceneAnswer[],
  onSkipped: OnSkipped | undefined,
): void {
  const ended = answers.filter((answer) => answer === undefined).length;
  if (ended > 0)
    onSkipped?.(`${ended} of ${answers.length} calls in other worlds came to no answer`);
}

function noticedBy(
  { scenes, cases, counts }: WholePlay & { readonly counts: Counts },
  before: readonly SceneAnswer[],
  now: readonly SceneAnswer[],
): Omit<Trial, "decision"> {
  // What a case brings it says; what is left behind by it, no case says.
  const isDeclared = scenes
    .slice(0, cases)
    .some((_scene, index) => isOther(withoutState(before[index]), withoutState(now[index])));
  return {
    isDeclared,
    scene: scenes.find((scene, index) => counts(scene) && isOther(before[index], now[index])),
  };
}

/** Which scenes may show that a program answers otherwise. */
type Counts = (scene: Scene) => boolean;

const isAny: Counts = () => true;

/** Where neither a moment nor chance is another one: what differs there comes from what the tool keeps. */
function isOfState({ nowMs, chance }: Scene): boolean {
  return nowMs === undefined && chance === undefined;
}

/** Of the clock and of chance a remainder is the usual rule; of what is kept it takes something away. */
function boundsOfState(
  { contract }: ToolUnderTest,
  relaxed: readonly ModuleRelaxed[],
): readonly ModuleRelaxed[] {
  const keeps = contract.capabilities.some((name) => /^(?:memory|files:)/.test(name));
  return keeps ? relaxed.slice(0, MOST_CONDITIONS) : [];
}

function withoutState(answer: SceneAnswer): SceneAnswer {
  if (answer === undefined) return undefined;
  const { state: _state, ...outcome } = answer;
  return outcome;
}

/** Where one of them ended its process nothing is known. */
function isOther(before: SceneAnswer, now: SceneAnswer): boolean {
  if (before === undefined || now === undefined) return false;
  return !sameJson(
    [before.value ?? null, before.failure?.code ?? null, before.state ?? null],
    [now.value ?? null, now.failure?.code ?? null, now.state ?? null],
  );
}

/**
 * Whether a forced program says something of the tool: another environment has another answer, or none has and the other way would
 * be noticed, so that no environment ever went this way.
 */
function isInformative({ decision, scene }: Trial, trials: readonly Trial[]): boolean {
  if (scene !== undefined) return true;
  const other = trials.find(
    ({ decision: one }) =>
      one.file === decision.file && one.place === decision.place && one.to !== decision.to,
  );
  return other !== undefined && (other.isDeclared || other.scene !== undefined);
}

function heldFor({ decision, scene }: Trial): HeldText {
  const { file, line, text, to } = decision;
  const excerpt = JSON.stringify(text.replace(/\s+/g, " ").slice(0, EXCERPT_CHARACTERS));
  const why =
    scene === undefined
      ? `is ${to} in each case, each test and each world that was tried: what comes when it is ${!to} no test has seen`
      : `decides what it answers ${whenOf(scene)}, and no case and no test of it says what is right there`;
  return {
    text,
    message: `${excerpt} ${why}: a human decides; add a test whose ctx brings both (${file}:${line})`,
  };
}

function heldForBound({ file, line, text }: ModuleRelaxed, scene: Scene): HeldText {
  const excerpt = JSON.stringify(text.replace(/\s+/g, " ").slice(0, EXCERPT_CHARACTERS));
  return {
    text,
    message: `${excerpt} keeps something away ${whenOf(scene)}, and no case and no test of it says that this is right: a human decides; add a test whose ctx brings more (${file}:${line})`,
  };
}

function whenOf({ input, nowMs, chance }: Scene): string {
  return [
    `to ${showJson(input)}`,
    nowMs === undefined ? "" : `on ${new Date(nowMs).toISOString()}`,
    chance === undefined ? "" : `where chance gives ${chance.draws.slice(0, 3).join(", ")} …`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** What fails where there is more of what it keeps. */
function failing(
  tool: ToolUnderTest,
  { scenes, memories = [], environments }: WholePlay,
  answers: readonly SceneAnswer[],
): readonly HeldText[] {
  const isOrderly = orderly(tool);
  const at = scenes.findIndex(
    ({ environment }, index) =>
      answers[index] !== undefined &&
      !isOrderly(answers[index]) &&
      Object.keys({ ...memories[environment], ...environments[environment] }).length > 0,
  );
  const scene = scenes[at];
  if (scene === undefined) return [];
  const found = showJson({ ...memories[scene.environment], ...environments[scene.environment] });
  const failure = answers[at]?.failure;
  const got = failure === undefined ? "another result than its schema says" : failure.message;
  return [
    {
      text: found,
      message: `it finds ${found} of what it keeps, and ${showJson(scene.input)} brings ${showJson(got)}: a human decides`,
    },
  ];
}

/** Nothing that it answers was ever compared with an expected result. */
function resultless({ contract, cases }: ToolUnderTest): readonly HeldText[] {
  if (cases.some((one) => "output" in one)) return [];
  const names = contract.capabilities.filter((name) => READS_ENVIRONMENT.test(name)).join(", ");
  const text = `no case shows a result of what uses ${names}`;
  return [{ text, message: `${text}: a human decides, by the program and its tests` }];
}

function tooMany(count: number): HeldText {
  const text = `it decides in ${count} places`;
  return {
    text,
    message: `${text}, and of a tool that sees a clock, chance, memory or files no more than ${MOST_CONDITIONS} are tried: a human decides; write several tools, or a shorter one`,
  };
}
