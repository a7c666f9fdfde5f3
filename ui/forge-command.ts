import { EXIT, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { StageReport, ToolReport } from "#tools/contract/validation.ts";
import type { ForgeEvent } from "#tools/forge/progress.ts";
import { figuresText, progressText } from "#tools/forge/progress-text.ts";
import type { BuildTool, ForgeResult, Wish } from "#tools/forge/run.ts";
import { type AskHuman, confirming, wishFromHuman } from "./forge-questions.ts";
import type { Output } from "./output.ts";

export interface ForgeCommand {
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly build: BuildTool;
  /** Validates a folder that a person wrote. */
  readonly judge: (
    path: string,
    onStage: (report: StageReport) => void,
  ) => Promise<ToolReport & { readonly name: string }>;
  /** Absent where nobody sits at a terminal: then nothing is asked. */
  readonly ask: AskHuman | undefined;
  /** Merges what was delivered; absent while there is no such thing. */
  readonly promote?: ((path: string) => Promise<string>) | undefined;
  /** Where the logs of the runs lie. */
  readonly logs: string;
  readonly output: Output;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/** More rounds than this help no model. */
const MOST_ROUNDS = 20;

/**
 * `org forge`, `org forge --goal TEXT`, `org forge --from DIR`.
 *
 * @returns 0 when a tool was delivered, or the folder passed; else 1.
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
  /** Who is asked before anything happens; absent: nobody. */
  readonly ask?: AskHuman | undefined;
}

async function build(command: ForgeCommand, wished: Wished): Promise<number> {
  const { flags, output, cleaner, signal } = command;
  const { wish, rounds, model, ask } = wished;
  const json = flags.has("json");
  const confirm = ask === undefined ? undefined : confirming(ask, { output, cleaner });
  const onEvent = json ? printer(output) : teller(output);
  const result = await command.build(wish, { signal, onEvent, confirm, rounds, model });
  if (result.outcome === "declined") return declined(command);
  if (result.outcome === "refused") {
    // The last line of the events says it already.
    if (json) return EXIT.failed;
    throw refused(result, command);
  }
  await delivered(command, result);
  return EXIT.done;
}

function printer(output: Output): (event: ForgeEvent) => void {
  return (event) => output.write(jsonLine(event));
}

function teller(output: Output): (event: ForgeEvent) => void {
  return (event) => {
    const line = progressText(event);
    if (line !== undefined) output.say(`${line}\n`);
  };
}

async function delivered(command: ForgeCommand, result: ForgeResult): Promise<void> {
  const { flags, output, promote } = command;
  const { path = "", name, tests, next } = result;
  if (!flags.has("json")) {
    const figures = tests === undefined ? "" : `: ${figuresText(tests)}`;
    output.say(`✔ ${name} is delivered${figures}\n→ ${next}\n`);
    output.write(`${path}\n`);
  }
  if (!flags.has("promote")) return;
  output.say(
    promote === undefined
      ? "! It was not promoted: this home is no Git checkout. The tool waits where it is.\n"
      : `${await promote(path)}\n`,
  );
}

function declined({ output }: ForgeCommand): number {
  output.say("Nothing was delivered.\n");
  return EXIT.failed;
}

async function judgeFolder(command: ForgeCommand, path: string): Promise<number> {
  const { flags, output, cleaner } = command;
  const useless = ["goal", "name", "lang", "rounds", "promote"].find((name) => flags.has(name));
  if (useless !== undefined) throw usage(`--${useless} has no meaning beside --from`);
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
  const language = flags.get("lang") === "python" ? "python" : "ts";
  if (goal.trim() === "") throw usage("--goal is empty");
  return { goal: goal.trim(), language, name: flags.get("name") };
}

function roundsOf(flags: ForgeCommand["flags"]): number | undefined {
  const text = flags.get("rounds");
  if (text === undefined) return undefined;
  const rounds = /^\d+$/.test(text) ? Number(text) : -1;
  if (rounds >= 0 && rounds <= MOST_ROUNDS) return rounds;
  throw usage(`--rounds is a whole number from 0 to ${MOST_ROUNDS}, not "${text.slice(0, 80)}"`);
}

function refused({ reasons, run }: ForgeResult, { logs }: ForgeCommand): OrgError {
  return new OrgError("The tool was not built", {
    code: "FORGE_REFUSED",
    why: reasons.join("\n"),
    remedies: [
      "say in the goal what goes in, what comes out and what can fail",
      'org forge --goal "…" --rounds 6',
      'org forge --goal "…" --model NAME',
      `read what was asked and answered: ${logs}/${run}.jsonl`,
    ],
    left: "Nothing was delivered.",
  });
}

function noGoal(): OrgError {
  return usage("There is no goal", "without a terminal nothing is asked");
}

function usage(message: string, why?: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    ...(why === undefined ? {} : { why }),
    remedies: ['org forge --goal "the median of a list of numbers"', "org help forge"],
    left: "Nothing was done.",
  });
}
