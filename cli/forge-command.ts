import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { StageReport, ToolReport } from "#tools/contract/validation.ts";
import type { ForgeEvent } from "#tools/forge/progress.ts";
import { figuresText, progressText, unusualText } from "#tools/forge/progress-text.ts";
import type { BuildTool, ForgeResult, Wish } from "#tools/forge/run.ts";
import type { Output } from "#ui/output.ts";
import { type AskHuman, confirming, languageOf, wishFromHuman } from "./forge-questions.ts";

export interface ForgeCommand {
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly build: BuildTool;
  /** Validates a folder that a person wrote. */
  readonly judge: (
    path: string,
    onStage: (report: StageReport) => void,
  ) => Promise<ToolReport & { readonly name: string }>;
  /** Absent without a terminal: then nothing is asked. */
  readonly ask: AskHuman | undefined;
  /** Promotes what was delivered; absent where the home is not a Git checkout. */
  readonly promote?: ((path: string) => Promise<PromotionOutcome>) | undefined;
  /** Where the logs of the runs lie. */
  readonly logs: string;
  readonly output: Output;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/** What became of a tool that `--promote` promotes. */
export interface PromotionOutcome {
  /** "reverted": at once, because the generation that serves was not healthy with it. */
  readonly outcome: "promoted" | "reverted" | "unavailable";
  /** The signed tag in the home. */
  readonly tag?: string | undefined;
  /** Why it was reverted. */
  readonly note?: string | null | undefined;
  /** The same for a person, without a newline at the end. */
  readonly text: string;
}

/** More rounds than this help no model. */
const MOST_ROUNDS = 20;

/**
 * `org forge`, `org forge --goal TEXT`, `org forge --from DIR`.
 *
 * @returns 0 when a tool was delivered, or the folder passed; else 1, also when `--promote` was reverted.
 * @throws {OrgError} `USAGE`, `FORGE_REFUSED`, and whatever keeps the model from answering.
 */
export async function runForge(command: ForgeCommand): Promise<number> {
  const { flags, ask } = command;
  const from = flags.get("from");
  if (from !== undefined) return await judgeFolder(command, from);
  const rounds = roundsOf(flags);
  const goal = flags.get("goal");
  if (goal !== undefined) return await build(command, { wish: wishOf(goal, flags), rounds });
  if (ask === undefined || flags.has("json")) throw noGoal();
  const wished = await wishFromHuman(ask, flags);
  if (wished === undefined) return declined(command);
  return await build(command, { ...wished, rounds, ask });
}

interface Wished {
  readonly wish: Wish;
  readonly rounds: number | undefined;
  readonly model?: string | undefined;
  /** Who is asked before anything happens; absent: no question. */
  readonly ask?: AskHuman | undefined;
}

async function build(command: ForgeCommand, wished: Wished): Promise<number> {
  const { flags, output, cleaner, signal } = command;
  const { wish, rounds, model, ask } = wished;
  const json = flags.has("json");
  const confirm = ask === undefined ? undefined : confirming(ask, { output, cleaner });
  const onEvent = json ? printer(output) : reporter(output);
  const result = await command.build(wish, { signal, onEvent, confirm, rounds, model });
  if (result.outcome === "declined") return declined(command);
  if (result.outcome === "refused") {
    // The last line of the events says it already.
    if (json) return EXIT.failed;
    throw refused(result, command);
  }
  delivered(command, result);
  return flags.has("promote") ? await promoted(command, result) : EXIT.done;
}

function printer(output: Output): (event: ForgeEvent) => void {
  return (event) => output.write(jsonLine(event));
}

function reporter(output: Output): (event: ForgeEvent) => void {
  return (event) => {
    const line = progressText(event);
    if (line !== undefined) output.say(`${line}\n`);
  };
}

function delivered({ flags, output, cleaner }: ForgeCommand, result: ForgeResult): void {
  if (flags.has("json")) return;
  const { path = "", name, tests, unusual = [], next } = result;
  const figures = tests === undefined ? "" : `: ${figuresText(tests)}`;
  const warnings = unusualText(unusual).map((line) => `  ${cleaner.clean(line)}\n`);
  output.say(`✔ ${name} is delivered${figures}\n${warnings.join("")}→ ${next}\n`);
  output.write(`${path}\n`);
}

const UNAVAILABLE: PromotionOutcome = {
  outcome: "unavailable",
  text: "! It was not promoted: this home is not a Git checkout. The tool stays in its folder.",
};

async function promoted(
  { flags, output, promote, cleaner }: ForgeCommand,
  { path = "", run }: ForgeResult,
): Promise<number> {
  const { text, ...became } = (await promote?.(path)) ?? UNAVAILABLE;
  if (flags.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ type: "promotion", run, path, ...became })));
  }
  output.say(`${cleaner.clean(text)}\n`);
  return became.outcome === "reverted" ? EXIT.failed : EXIT.done;
}

function declined({ output }: ForgeCommand): number {
  output.say("Nothing was delivered.\n");
  return EXIT.failed;
}

async function judgeFolder(command: ForgeCommand, path: string): Promise<number> {
  const { flags, output, cleaner } = command;
  const useless = ["goal", "name", "lang", "rounds", "promote"].find((name) => flags.has(name));
  if (useless !== undefined) throw usage(`--${useless} cannot be combined with --from`);
  const json = flags.has("json");
  const report = await command.judge(path, (stage) => {
    if (!json) output.say(cleaner.clean(stageText(stage)));
  });
  const { name, ok, tests } = report;
  if (json) output.write(jsonLine(cleaner.cleanData(report)));
  else if (tests !== undefined) output.write(`✔ ${name}: ${figuresText(tests)}\n`);
  else output.write(`✘ ${name} is refused\n`);
  return ok ? EXIT.done : EXIT.failed;
}

function stageText({ stage, ok, ms, reason, details }: StageReport): string {
  const why = reason === undefined ? "" : `: ${reason}`;
  const lines = [`${ok ? "✔" : "✘"} ${stage} ${(ms / 1000).toFixed(1)} s${why}`, ...details];
  return `${lines.join("\n    ")}\n`;
}

function wishOf(goal: string, flags: ForgeCommand["flags"]): Wish {
  const language = languageOf(flags.get("lang"));
  if (goal.trim() === "") throw usage("--goal is empty");
  return { goal: goal.trim(), language, name: flags.get("name") };
}

function roundsOf(flags: ForgeCommand["flags"]): number | undefined {
  const text = flags.get("rounds");
  if (text === undefined) return undefined;
  const rounds = /^\d+$/.test(text) ? Number(text) : -1;
  if (rounds >= 0 && rounds <= MOST_ROUNDS) return rounds;
  throw usage(`--rounds is a whole number from 0 to ${MOST_ROUNDS}, not ${echoed(text)}`);
}

function refused({ reasons, run }: ForgeResult, { logs }: ForgeCommand): OrgError {
  return new OrgError("The tool was not built", {
    code: "FORGE_REFUSED",
    why: reasons.join("\n"),
    remedies: [
      "say in the goal what goes in, what comes out and what can fail",
      'org forge --goal "…" --rounds 6',
      'org forge --goal "…" --model NAME',
      `read the requests and answers: ${logs}/${run}.jsonl`,
    ],
    unchanged: "Nothing was delivered.",
  });
}

function noGoal(): OrgError {
  return usage("There is no goal", "without a terminal org cannot ask you for one");
}

function usage(message: string, why?: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    ...(why === undefined ? {} : { why }),
    remedies: ['org forge --goal "the median of a list of numbers"', "org help forge"],
    unchanged: "Nothing was done.",
  });
}
