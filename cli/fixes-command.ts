/** `org fixes`: what the supervisor has found, and a person's word about it. */
import { dayOf } from "#core/day-of.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { answerFix, fixNamed, resumeRole } from "#ops/supervisor/answer-fix.ts";
import { reportLines } from "#ops/supervisor/day-report.ts";
import type { FixRecord } from "#ops/supervisor/fix-record.ts";
import { reportOf } from "#ops/supervisor/supervisor.ts";
import type { SupervisorStore } from "#ops/supervisor/supervisor-store.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

const ACTIONS = ["list", "show", "approve", "reject", "resume", "report"] as const;
const MOST_LISTED = 50;

interface FixesOptions {
  readonly store: SupervisorStore;
  readonly cleaner: TextCleaner;
  readonly output: Output;
}

/** @throws {OrgError} `FIX_UNKNOWN`, `USAGE`. @returns the exit code. */
export function runFixesCommand(line: CommandLine, options: FixesOptions): number {
  const [actionName = "list", operand] = line.operands;
  const action = actionNamed("fixes", ACTIONS, actionName);
  const { store } = options;
  switch (action) {
    case "list":
      return list(line, options);
    case "show":
      return show(line, options, fixNamed(store, operand));
    case "approve":
      return answer(line, options, { operand, state: "approved" });
    case "reject":
      return answer(line, options, { operand, state: "rejected" });
    case "resume":
      return resume(line, options, operand);
    case "report":
      return report(line, options, operand);
    default:
      return unreachable(action);
  }
}

function list(line: CommandLine, { store, cleaner, output }: FixesOptions): number {
  const records = store.all(MOST_LISTED);
  const abandoned = store.givenUp();
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ fixes: records, givenUp: abandoned })));
    return EXIT.done;
  }
  for (const { role, why } of abandoned) {
    output.write(cleaner.clean(`${role} was given up: ${why}; org fixes resume ${role}\n`));
  }
  for (const record of records) output.write(cleaner.clean(`${summary(record)}\n`));
  if (records.length === 0) output.say("No fault was ever found in this home.\n");
  return EXIT.done;
}

function summary({ id, foundAt, state, pattern, subject, why }: FixRecord): string {
  const at = new Date(foundAt).toISOString().slice(0, 19).replace("T", " ");
  return `${String(id).padStart(4)}  ${at}  ${state.padEnd(8)}  ${pattern} (${subject}): ${why}`;
}

function show(line: CommandLine, { cleaner, output }: FixesOptions, record: FixRecord): number {
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData(record)));
    return EXIT.done;
  }
  const { fix = "none: org only tells you", done, note, tries } = record;
  const further = [
    `fix: ${fix}`,
    ...(tries === 0 ? [] : [`begun: ${tries} ${tries === 1 ? "time" : "times"}`]),
    ...(done === undefined ? [] : [`done: ${JSON.stringify(done)}`]),
    ...(note === undefined ? [] : [`note: ${note}`]),
  ];
  const text = [summary(record), ...further.map((one) => `      ${one}`)].join("\n");
  output.write(cleaner.clean(`${text}\n`));
  return EXIT.done;
}

interface Answer {
  readonly operand: string | undefined;
  readonly state: "approved" | "rejected";
}

function answer(line: CommandLine, options: FixesOptions, { operand, state }: Answer): number {
  const { store, output, cleaner } = options;
  const after = answerFix(store, operand, state);
  if (line.options.has("json")) output.write(jsonLine(cleaner.cleanData(after)));
  else output.write(`fix ${after.id} (${after.fix}) is ${state}\n`);
  return EXIT.done;
}

/** @throws {OrgError} `USAGE` for what is not a day. */
function report(line: CommandLine, options: FixesOptions, day = dayOf(Date.now())): number {
  const { store, cleaner, output } = options;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    throw new OrgError(`"${day}" is not a day`, {
      code: "USAGE",
      why: "a day is written as 2026-01-31",
      remedies: ["org fixes report"],
      unchanged: "Nothing was changed.",
    });
  }
  const found = reportOf(store, day);
  if (line.options.has("json")) output.write(jsonLine(cleaner.cleanData(found)));
  else output.write(cleaner.clean(`${reportLines(found).join("\n")}\n`));
  return EXIT.done;
}

function resume(line: CommandLine, { store, output }: FixesOptions, role = ""): number {
  resumeRole(store, role);
  if (line.options.has("json")) output.write(jsonLine({ resumed: role }));
  else output.write(`${role} may be started again\n`);
  return EXIT.done;
}
