/** The stage "oracle": whether a tool answers as it must, and goes on to when it does not expect what comes. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { type Answer, type Ask, type AskTool, askAll, STANDARD } from "./ask.ts";
import { endlessPattern, type PatternTrials } from "./backtracking.ts";
import { showJson } from "./compare.ts";
import { edgeInputs } from "./edge-inputs.ts";
import { environmentFinding } from "./environments.ts";
import { complaintAbout, meets, sameOutcome, showOutcome } from "./judge-answer.ts";
import { brokenLaws } from "./laws.ts";
import type { Finding } from "./load.ts";
import { knowsMore, type Literal, onlyOtherAnswer, tableOfCases } from "./lookup-table.ts";
import { type AskMany, askTheRange, type OnAnswer, suspiciousAsks } from "./many-asks.ts";
import { leavesOf, type NearInput, nearInputs, withValues } from "./near-inputs.ts";
import type { EnvironmentContext } from "./play.ts";
import { Random } from "./random.ts";
import { otherInAnotherOrder } from "./repeated-asks.ts";
import { fitting } from "./schema.ts";
import type { OnSkipped } from "./skipped.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";
import { validInputs } from "./valid-inputs.ts";
import { type WrongInput, wrongInputs } from "./wrong-inputs.ts";

const MAX_LISTED = 10;
/** How many inputs of each kind; together with the cases about 60 calls. */
const COUNTS = {
  again: 6,
  edge: 10,
  valid: 4,
  wrong: 10,
  inner: 4,
  near: 12,
  literal: 16,
  twice: 4,
} as const;

const OTHER_TIMES = [Date.UTC(2031, 6, 14, 3), Date.UTC(1999, 11, 31, 23, 59, 59)];

export interface OracleContext {
  readonly askerOf: (folder: ToolFolder) => AskTool;
  /** The texts and numbers in its source; read only when something is suspicious. */
  readonly literals: () => Promise<readonly Literal[]>;
  readonly seed: number;
  /** Cases that its maker has not seen and does not learn of. */
  readonly hidden: readonly ToolCase[];
  readonly others: ReadonlyMap<string, ToolFolder>;
  /** Asks the tool many inputs in one process. @default only a few inputs are asked */
  readonly askMany?: AskMany | undefined;
  /** Tries its regular expressions out. @default they are not tried by themselves */
  readonly trials?: PatternTrials | undefined;
  /** Receives what it answers to inputs that were not declared. */
  readonly onAnswer?: OnAnswer | undefined;
  /** Receives what a limit kept us from looking at. */
  readonly onSkipped?: OnSkipped | undefined;
  /** Makes calls of the tool that see one environment. @default every call has an environment of its own */
  readonly askerIn?: EnvironmentContext["askerIn"] | undefined;
  /** Makes many calls with an environment around them in one process. @default only a few calls are made */
  readonly perform?: EnvironmentContext["perform"];
}

/** @returns what is wrong, if anything is. */
export async function checkOracle(
  tool: ToolUnderTest,
  context: OracleContext,
): Promise<Finding | undefined> {
  const ask = context.askerOf(tool.folder);
  const declared = tool.cases.map((toolCase, index) => caseAsk(toolCase, `case ${index + 1}`));
  const declaredAnswers = await rightAnswers(declared, ask, tool);
  if ("reason" in declaredAnswers) return declaredAnswers;
  const hidden = context.hidden.map((one) => caseAsk(one, "hidden"));
  const secret = await askAll(hidden, ask, (answer) => !meetsItsCase(answer));
  if (!secret.every(meetsItsCase)) return { reason: "The hidden cases do not pass", details: [] };
  const random = new Random(context.seed);
  const { input } = tool.contract;
  const near = nearInputs(tool.cases, { fits: fitting(input), count: COUNTS.near, random });
  const wrong = random.shuffle(wrongInputs(input, tool.cases[0]?.input));
  const unforeseen = random.shuffle([
    ...repeatedAsks(declared, tool, random),
    ...edgeInputs(input, tool.cases[0]?.input, COUNTS.edge).map((one) =>
      orderly(one, "an edge of the schema"),
    ),
    ...validInputs(input, COUNTS.valid, context.seed).map((one) =>
      orderly(one, "an input made from the schema"),
    ),
    ...near.map((one) => orderly(one.input, NEAR)),
    ...wrong
      .slice(0, COUNTS.wrong)
      .map((one) => orderly(one.input, `wrong input: ${one.what}`, "refused")),
  ]);
  const answers = await rightAnswers(unforeseen, ask, tool);
  if ("reason" in answers) return answers;
  return (
    (await manyFinding(tool, context)) ??
    (await stateFinding(tool, context)) ??
    (await innerFinding(wrong.slice(0, COUNTS.inner), tool, context)) ??
    (await changedAnswers(answers, ask, tool)) ??
    (await lawFinding([...declaredAnswers, ...answers], tool, context)) ??
    (await tableFinding(near, answers, { tool, ask, literals: context.literals }))
  );
}

/** What it does where it may see more than its arguments. */
async function stateFinding(
  tool: ToolUnderTest,
  { askerIn, perform, seed, onSkipped }: OracleContext,
): Promise<Finding | undefined> {
  if (askerIn === undefined) return;
  return await environmentFinding(tool, { askerIn, perform, seed, onSkipped });
}

/** What its maker reads names the input: in one process it only looked wrong, or was another answer. */
async function manyFinding(
  tool: ToolUnderTest,
  { askMany, askerOf, seed, onAnswer, trials, onSkipped }: OracleContext,
): Promise<Finding | undefined> {
  if (askMany === undefined) return;
  const ask = askerOf(tool.folder);
  const answeredInputs = await askTheRange(tool, { askMany, seed, onAnswer });
  const { asks, remaining } = suspiciousAsks(tool, answeredInputs);
  const answers = await rightAnswers(asks, ask, tool);
  if ("reason" in answers) return answers;
  if (remaining > 0) {
    onSkipped?.(
      `${remaining} inputs beside the ${asks.length} that were asked again looked wrong or ended a process`,
    );
  }
  const endless =
    trials && (await endlessPattern(tool, answeredInputs.inputs, { ...trials, onSkipped }));
  return endless ?? (await otherInAnotherOrder(tool, answeredInputs, { askMany, ask }));
}

/**
 * The contract is checked before a tool is called. Behind that check its own schema must hold as well: a maintainer who
 * widens the contract one day must not find a tool that breaks. Python tools have no schema of their own.
 */
async function innerFinding(
  wrong: readonly WrongInput[],
  { folder, contract }: ToolUnderTest,
  { askerOf }: OracleContext,
): Promise<Finding | undefined> {
  if (contract.language === "python") return;
  const open = JSON.stringify({ ...contract, input: {} });
  const ask = askerOf({ ...folder, files: new Map([...folder.files, ["spec.json", open]]) });
  const asks = wrong.map((one) =>
    orderly(one.input, `wrong input, past the contract: ${one.what}`),
  );
  const answers = await rightAnswers(asks, ask, { contract });
  return "reason" in answers ? answers : undefined;
}

const NEAR = "an input like those of the cases";

function caseAsk(toolCase: ToolCase, what: string): Ask {
  return {
    what,
    input: toolCase.input,
    expected: { kind: "case", toolCase },
    circumstances: STANDARD,
  };
}

function orderly(input: unknown, what: string, kind: "orderly" | "refused" = "orderly"): Ask {
  return { what, input, expected: { kind }, circumstances: STANDARD };
}

// A tool that counts its calls or waits for a date answers the first time, and not this time.
function repeatedAsks(
  declared: readonly Ask[],
  { contract }: ToolUnderTest,
  random: Random,
): Ask[] {
  return random
    .shuffle(declared)
    .slice(0, COUNTS.again)
    .map((ask, index) => {
      if (!contract.deterministic) return { ...ask, what: `${ask.what}, asked again` };
      const nowMs = OTHER_TIMES[index % OTHER_TIMES.length] ?? 0;
      const circumstances = { seed: String(random.below(2 ** 32)), nowMs };
      const what = `${ask.what}, asked again with another seed on ${new Date(nowMs).toISOString()}`;
      return { ...ask, what, circumstances };
    });
}

async function rightAnswers(
  asks: readonly Ask[],
  ask: AskTool,
  { contract }: Pick<ToolUnderTest, "contract">,
): Promise<readonly Answer[] | Finding> {
  const complaint = (answer: Answer) => complaintAbout(answer, contract);
  const answers = await askAll(asks, ask, (answer) => complaint(answer) !== undefined);
  const complaints = answers.flatMap((answer) => complaint(answer) ?? []);
  const [first] = complaints;
  if (first === undefined) return answers;
  const more = complaints.length === 1 ? "" : ` (and ${complaints.length - 1} more)`;
  return {
    reason: `Wrong answer: ${first.split(" · ")[0]}${more}`,
    details: complaints.slice(0, MAX_LISTED),
  };
}

function meetsItsCase({ ask: { expected }, outcome }: Answer): boolean {
  return expected.kind === "case" && meets(outcome, expected.toolCase);
}

/** Results to inputs that were not declared, asked for again: equal arguments must give an equal result. */
async function changedAnswers(
  answers: readonly Answer[],
  ask: AskTool,
  { contract }: ToolUnderTest,
): Promise<Finding | undefined> {
  const circumstances = { seed: "another", nowMs: OTHER_TIMES[0] ?? 0 };
  const undeclared = answers.filter(({ ask: { expected } }) => expected.kind === "orderly");
  const first = undeclared.slice(0, COUNTS.twice);
  const again = contract.deterministic ? circumstances : STANDARD;
  const second = await askAll(
    first.map((answer) => ({ ...answer.ask, circumstances: again })),
    ask,
    () => false,
  );
  const details = first.flatMap(({ ask: { input }, outcome }, index) => {
    const later = second[index]?.outcome;
    if (later === undefined || sameOutcome(outcome, later)) return [];
    return [
      `input ${showJson(input)} gave ${showOutcome(outcome)}, and then ${showOutcome(later)}`,
    ];
  });
  const promise = contract.deterministic
    ? "The contract says that equal arguments give an equal result"
    : "With the same seed and clock the same must come back";
  return details.length === 0 ? undefined : { reason: `${promise}; they do not`, details };
}

async function lawFinding(
  answers: readonly Answer[],
  tool: ToolUnderTest,
  { askerOf, others }: OracleContext,
): Promise<Finding | undefined> {
  const details = await brokenLaws(answers, { tool, askerOf, others });
  const [law] = details.map((line) => line.slice(0, line.indexOf(": ")));
  return law === undefined ? undefined : { reason: `The law "${law}" does not hold`, details };
}

async function tableFinding(
  near: readonly NearInput[],
  answers: readonly Answer[],
  { tool, ask, literals }: { tool: ToolUnderTest; ask: AskTool } & Pick<OracleContext, "literals">,
): Promise<Finding | undefined> {
  const nearAnswers = answersTo(near, answers);
  const only = onlyOtherAnswer(nearAnswers);
  if (only === undefined) return;
  const written = await literals();
  const why = tableOfCases(tool.cases, written, only);
  if (why === undefined) return;
  // A real table knows what was not declared: its own words, as inputs, bring that to light.
  const literalInputs = withValues(tool.cases, undeclaredFirst(written, tool.cases)).slice(
    0,
    COUNTS.literal,
  );
  const literalAnswers = await askAll(
    literalInputs.map(({ input }) => orderly(input, NEAR)),
    ask,
    () => false,
  );
  if (knowsMore(answersTo(literalInputs, literalAnswers), tool.cases)) return;
  return {
    reason: "It is a table of its declared cases",
    details: [
      `${why}; ${nearAnswers.length} inputs like those of the cases gave their answer, or ${only}`,
      "follow the rule that the description states; where only a few inputs are possible, name them as enum in the input schema",
    ],
  };
}

/** What the cases do not name comes first: the entries that they name say nothing of the others. */
function undeclaredFirst(
  literals: readonly Literal[],
  cases: readonly ToolCase[],
): readonly Literal[] {
  const fold = (value: unknown): string => String(value).trim().toLowerCase();
  const leaves = cases.flatMap((one) => leavesOf([one.input, "output" in one ? one.output : null]));
  const declared = new Set(leaves.map(({ value }) => fold(value)));
  const isDeclared = (literal: Literal): boolean => declared.has(fold(literal));
  return [...literals.filter((one) => !isDeclared(one)), ...literals.filter(isDeclared)];
}

function answersTo(near: readonly NearInput[], answers: readonly Answer[]) {
  const outcomes = new Map(answers.map(({ ask, outcome }) => [ask.input, outcome]));
  return near.flatMap((one) => {
    const outcome = outcomes.get(one.input);
    return outcome === undefined ? [] : [{ near: one, outcome }];
  });
}
