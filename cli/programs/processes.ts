/** `org ps`, `org stop`, `org restart`: what runs for this home, known by what each process wrote down. */
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { GenerationName } from "#home/home-paths.ts";
import { endProcesses, GRACE_MS } from "#ops/processes/end.ts";
import { restartGeneration } from "#ops/processes/generations.ts";
import { type HomeProcess, processesOf } from "#ops/processes/home-processes.ts";
import { clearStopped, markStopped } from "#ops/processes/stop-marks.ts";
import type { CommandContext } from "../context.ts";
import { processTable } from "../processes-text.ts";

export async function ps({ line, settings, output, cleaner }: CommandContext): Promise<number> {
  const found = await processesOf(settings.home);
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ processes: found.map(viewOf) })));
  } else {
    output.write(processTable(found, { nowMs: Date.now(), cleaner }));
    if (found.length === 0) output.say("No process of this home runs.\n");
  }
  return EXIT.done;
}

/** @returns 1 when something outlived even SIGKILL. */
export async function stop(context: CommandContext): Promise<number> {
  const { line, settings } = context;
  const graceMs = graceOf(line.options.get("grace"));
  const found = await processesOf(settings.home);
  const selected = selectedOf(found, line.operands[0]);
  // One of them may have started another: each is ended by itself, or not at all.
  const spared = found.map(({ pid }) => pid);
  if (line.options.has("dry-run")) {
    tell(
      context,
      selected.map((one) => ({ ...aboutOf(one), outcome: "would-end" })),
    );
    return EXIT.done;
  }
  // First, so that nothing starts again what ends now.
  const named = line.operands[0];
  const stopped = SERVING.filter((role) => named === undefined || named === role);
  await markStopped(settings.home, stopped);
  const done: Done[] = [];
  // One after the other: what comes last may be needed by those before it.
  for (const one of selected) {
    const { killed, left } = await endProcesses([one], { graceMs, spared });
    const outcome = left.length > 0 ? "outlived" : killed.length > 0 ? "killed" : "left";
    done.push({ ...aboutOf(one), outcome });
  }
  tell(context, done);
  return done.some(({ outcome }) => outcome === "outlived") ? EXIT.failed : EXIT.done;
}

/** What serves, as it was; a room is a person's, who opens it again. @returns 1 when nothing served. */
export async function restart(context: CommandContext): Promise<number> {
  const { line, settings } = context;
  const found = await processesOf(settings.home);
  const selected = selectedOf(found, line.operands[0]).filter(isGeneration);
  const done: Done[] = [];
  for (const one of selected) {
    if (line.options.has("dry-run")) {
      done.push({ ...aboutOf(one), outcome: "would-restart" });
      continue;
    }
    await clearStopped(settings.home, one.role);
    const record = await restartGeneration(settings.home, one.role);
    if (record === undefined) continue;
    const { pid, port } = record;
    done.push({ role: one.role, pid, port, before: one.pid, outcome: "restarted" });
  }
  tell(context, done);
  return done.length === 0 ? EXIT.failed : EXIT.done;
}

interface Done {
  readonly role: string;
  readonly pid: number;
  readonly port?: number | undefined;
  /** Id of the process whose place it took. */
  readonly before?: number | undefined;
  readonly outcome: "left" | "killed" | "outlived" | "restarted" | "would-end" | "would-restart";
}

const OUTCOME_TEXTS: Readonly<Record<Done["outcome"], string>> = {
  left: "has left",
  killed: "did not end in time and was killed",
  outlived: "outlived SIGKILL",
  restarted: "serves again",
  "would-end": "would get SIGTERM, and SIGKILL if it does not end",
  "would-restart": "would be stopped and started again with the same settings",
};

function tell({ line, output }: CommandContext, done: readonly Done[]): void {
  if (line.options.has("json")) {
    output.write(jsonLine({ dryRun: line.options.has("dry-run"), processes: done }));
    return;
  }
  for (const { role, pid, port, outcome } of done) {
    const where = port === undefined ? "" : ` on port ${port}`;
    output.write(`${role}, process ${pid}${where}: ${OUTCOME_TEXTS[outcome]}\n`);
  }
  if (done.length === 0) output.say("No such process of this home runs.\n");
}

function aboutOf({ role, pid, port }: HomeProcess): Pick<Done, "role" | "pid" | "port"> {
  return { role, pid, port };
}

function viewOf({ startedAt, ...one }: HomeProcess): object {
  return { ...one, startedAt: new Date(startedAt).toISOString() };
}

/** What the supervisor would start again. */
const SERVING = ["current", "candidate"];

function selectedOf(
  found: readonly HomeProcess[],
  role: string | undefined,
): readonly HomeProcess[] {
  return role === undefined ? found : found.filter((one) => one.role === role);
}

function isGeneration(one: HomeProcess): one is HomeProcess & { readonly role: GenerationName } {
  return one.role === "current" || one.role === "candidate";
}

/** @throws {OrgError} `USAGE` */
function graceOf(text: string | undefined): number {
  if (text === undefined) return GRACE_MS;
  const seconds = Number(text);
  if (text !== "" && seconds >= 0 && seconds <= 3600) return seconds * 1000;
  throw new OrgError(`--grace ${echoed(text)} is not a time`, {
    code: "USAGE",
    why: "it is a number of seconds from 0 to 3600",
    remedies: ["org help stop"],
    unchanged: "Nothing was ended.",
  });
}
