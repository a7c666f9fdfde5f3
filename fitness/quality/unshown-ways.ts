/**
 * Ways through a program that no case and no test of it goes.
 *
 * A tool that is right on its cases and silently wrong elsewhere decides somewhere which of both it is, or throws something
 * away that its cases did not hold. Where an input of the schema's range goes such a way and would have another result without
 * it, nothing says which of the two is right: a human decides. The same holds for a comparison with a value of the program
 * that no input meets, and that would change what the cases show.
 */
import type { HeldText } from "#tools/contract/validation.ts";
import { inParallel } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import { fitting } from "../oracle/schema.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { furtherInputs, unforeseenInputs } from "../oracle/unforeseen-inputs.ts";
import { askMany, type ManyAnswer, reportSkipped } from "./ask-many.ts";
import { type Brought, carriedTexts } from "./carried-texts.ts";
import { testsNotice } from "./own-tests.ts";
import type { ModuleRelaxed } from "./relaxed.ts";
import type { Inside } from "./run-inside.ts";
import { singleValues } from "./single-values.ts";
import { type Observation, unshownBounds } from "./unshown-bounds.ts";
import { type Telling, telling, type WatchedPoint, type WatchedProgram } from "./watched.ts";

const INPUT_COUNT = 400;
/** All that there are of an ordinary tool. */
const FURTHER = 130;
/** Of one way: what goes it once may have the same result by chance. */
const TRIED = 6;
/** Processor time in milliseconds: of all inputs, and of those that go one way. */
const CPU_MS = { all: 6000, way: 2000 } as const;
/** So many are looked at together; the next ones only where those before held too little. */
const WAYS_AT_ONCE = 12;
/** More of them are reported, and not tried. */
const MOST_WAYS = 60;
const MOST_HELD = 5;
const EXCERPT_CHARACTERS = 80;

/** A way, and the inputs that are to show whether it matters. */
interface Way {
  readonly id: number;
  readonly point: WatchedPoint;
  readonly way: string;
  /** Those that go it. */
  readonly going: readonly Observation[];
  /** Cases that go the other way of a comparison with a value of the program. */
  readonly coming: readonly Observation[];
}

interface WaysContext {
  readonly watched: WatchedProgram;
  readonly relaxed: readonly ModuleRelaxed[];
  readonly seed: number;
  readonly inside: Inside;
}

/** @returns what a human has to decide; nothing of a tool that sees more than its arguments. */
export async function unshownWays(
  tool: ToolUnderTest,
  context: WaysContext,
): Promise<readonly HeldText[]> {
  // What it does in environments has rules of its own.
  if (tool.contract.capabilities.length > 0) return [];
  const { declared, others } = await askRange(tool, context);
  const ways = doubtfulWays(context.watched, declared, others);
  const telling: HeldText[] = [];
  for (let at = 0; at < MOST_WAYS && telling.length < MOST_HELD; at += WAYS_AT_ONCE) {
    const some = ways.slice(at, Math.min(at + WAYS_AT_ONCE, MOST_WAYS));
    const found = await inParallel(some, async (one) => {
      const other = await otherAnswer(tool, one, context);
      if (other === undefined || (await isTested(tool, one, context))) return [];
      return [heldFor(tool, one, other)];
    });
    telling.push(...found.flat());
  }
  if (ways.length > MOST_WAYS)
    context.inside.onSkipped?.(
      `it decides in ${ways.length} places of which no case says anything, and ${MOST_WAYS} were tried`,
    );
  const carried = carriedTexts(tool, resultsOf(declared), resultsOf(others));
  const listed = singleValues(tool, context.watched, [...declared, ...others]);
  const { relaxed, inside } = context;
  const isEnough = telling.length + carried.length + listed.length > 0;
  // Each costs a process: what is held already is looked at by a human anyway.
  const bounds = isEnough ? [] : await unshownBounds(tool, { relaxed, declared, others, inside });
  return [...telling, ...carried, ...listed, ...bounds].slice(0, MOST_HELD);
}

function resultsOf(observations: readonly Observation[]): readonly Brought[] {
  return observations
    .filter(isResult)
    .map(({ input, answer }) => ({ input, value: answer?.value ?? null }));
}

interface ObservedRange {
  /** The cases whose input fits. */
  readonly declared: readonly Observation[];
  readonly others: readonly Observation[];
}

async function askRange(
  tool: ToolUnderTest,
  { watched, seed, inside }: WaysContext,
): Promise<ObservedRange> {
  const fits = fitting(tool.contract.input);
  const cases = tool.cases.map(({ input }) => input).filter(fits);
  const range = [
    ...furtherInputs(tool, { count: FURTHER, seed }),
    ...unforeseenInputs(tool, { count: INPUT_COUNT, seed }),
  ].filter((input) => !cases.some((one) => sameJson(one, input)));
  const inputs = [...cases, ...range];
  const instead = modulesOf(tool, watched, { kind: "record" });
  const many = { inputs, instead, reporter: watched.reporter, cpuMs: CPU_MS.all, starts: 4 };
  const all = await askMany(tool, many, inside);
  reportSkipped(all, "inputs with which its ways are seen", inside.onSkipped);
  const { answers } = all;
  const observations = inputs.map((input, index) => ({ input, answer: answers[index] }));
  return {
    declared: observations.slice(0, cases.length),
    others: observations.slice(cases.length),
  };
}

/** Ways of which no case says anything, in the order of the program. */
function doubtfulWays(
  { points }: WatchedProgram,
  declared: readonly Observation[],
  others: readonly Observation[],
): readonly Way[] {
  const declaredWays = new Set(declared.flatMap(({ answer }) => answer?.ways ?? []));
  return points.flatMap((point, id) => {
    const unshown = point.ways.filter((way) => !declaredWays.has(`${id} ${way}`));
    return unshown.flatMap((way): Way[] => {
      const meeting = others.filter((one) => goes(one, `${id} ${way}`));
      const going = spread(meeting.filter(isResult));
      // Where it waits for a value that stands in it, what the cases would bring then is asked as well.
      const isWaiting = point.isNamed && (meeting.length === 0 || going.length > 0);
      const coming = isWaiting
        ? spread(declared.filter((one) => isResult(one) && reachesPoint(one, id)))
        : [];
      return going.length + coming.length === 0 ? [] : [{ id, point, way, going, coming }];
    });
  });
}

/** The first ones, which are short, and the last. */
function spread(observations: readonly Observation[]): readonly Observation[] {
  return observations.length <= TRIED
    ? observations
    : [...observations.slice(0, TRIED - 2), ...observations.slice(-2)];
}

function goes({ answer }: Observation, way: string): boolean {
  return answer?.ways?.includes(way) === true;
}

function reachesPoint({ answer }: Observation, id: number): boolean {
  return answer?.ways?.some((way) => way.startsWith(`${id} `)) === true;
}

function isResult({ answer }: Observation): boolean {
  return answer !== undefined && answer.failure === undefined;
}

function modulesOf(
  { contract }: ToolUnderTest,
  { modules, reporter }: WatchedProgram,
  what: Telling,
): Readonly<Record<string, string>> {
  const isPython = contract.language === "python";
  return Object.fromEntries(
    [...modules].map(([file, source]) => [file, telling(source, reporter, { ...what, isPython })]),
  );
}

/** An input that has another answer where the program goes the other way there. */
async function otherAnswer(
  tool: ToolUnderTest,
  { id, point, way, going, coming }: Way,
  { watched, inside }: WaysContext,
): Promise<Evidence | undefined> {
  // What is left out by a way that was entered, or by what is absent, stands nowhere: it is believed to matter.
  const [first] = going;
  if (!canTurn(point)) return first && { ...first, isGone: true };
  const turned = async (observations: readonly Observation[], from: string) => {
    const instead = modulesOf(tool, watched, { kind: "turn", point: id, way: from });
    const inputs = observations.map(({ input }) => input);
    // An input that ends the program that goes the other way says nothing of those behind it.
    const many = { inputs, instead, cpuMs: CPU_MS.way, starts: inputs.length };
    return (await askMany(tool, many, inside)).answers;
  };
  const without = going.length === 0 ? [] : await turned(going, way);
  const gone = going.find(({ answer }, index) => isOther(without[index], answer));
  if (gone !== undefined) return { ...gone, isGone: true };
  const within = coming.length === 0 ? [] : await turned(coming, otherWay(way));
  // A failure there says only that the way is not made for this input.
  const come = coming.find(
    ({ answer }, index) => within[index]?.value !== undefined && isOther(within[index], answer),
  );
  return come && { ...come, isGone: false };
}

/** Who shows that a way matters: an input that goes it, or a case that does not. */
type Evidence = Observation & { readonly isGone: boolean };

function canTurn({ kind }: WatchedPoint): boolean {
  return kind !== "entry" && kind !== "absence";
}

function otherWay(way: string): string {
  return way === "true" ? "false" : "true";
}

/** What ended its process is another answer, too. */
function isOther(one: ManyAnswer, answer: ManyAnswer): boolean {
  return one?.failure !== undefined || !sameJson(one?.value, answer?.value);
}

/** Whether its tests notice what matters about a way: that they go it does not say that they look at what it brings. */
async function isTested(
  tool: ToolUnderTest,
  { id, point, way }: Way,
  { watched, inside }: WaysContext,
): Promise<boolean> {
  const kind = canTurn(point) ? "turn" : "fail";
  const modules = modulesOf(tool, watched, { kind, point: id, way });
  const source = modules[point.file];
  return source !== undefined && (await testsNotice(tool, { file: point.file, source }, inside));
}

function heldFor(
  { folder }: ToolUnderTest,
  { point: { file, line, text, kind }, way }: Way,
  { input, answer, isGone }: Evidence,
): HeldText {
  const excerpt = JSON.stringify(text.replace(/\s+/g, " ").slice(0, EXCERPT_CHARACTERS));
  const is = kind === "change" ? "takes something away" : `is ${way}`;
  const where = isGone
    ? `${is} for ${showJson(input)}, which brings ${showJson(answer?.value ?? null)}, and in no case and no test`
    : `is ${way} in no case and no test, and would change the answer to ${showJson(input)}`;
  return {
    // The line as main would have it.
    text: (folder.files.get(file) ?? "").split("\n")[line - 1]?.trim() ?? text,
    message: `${excerpt} ${where}: a human decides; add a case that shows what is right there (${file}:${line})`,
    // What a case has already does not go that way, whatever it would bring there.
    ...(isGone ? { input } : {}),
  };
}
