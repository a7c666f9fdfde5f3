/** `org fixes`: what the supervisor has found, and a person's word about it. */
import { EXIT, OrgError, unreachable } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { FixRecord } from "#ops/supervisor/fix-record.ts";
import type { SupervisorStore } from "#ops/supervisor/supervisor-store.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

const ACTIONS = ["list", "show", "approve", "reject", "resume"] as const;
const MOST_LISTED = 50;

interface FixesOptions {
  readonly store: SupervisorStore;
  readonly cleaner: TextCleaner;
  readonly output: Output;
}

/** @throws {OrgError} `FIX_UNKNOWN`, `USAGE`. @returns the exit code. */
export function runFixesCommand(line: CommandLine, options: FixesOptions): number {
  const [given = "list", operand] = line.operands;
  const action = actionNamed("fixes", ACTIONS, given);
  const { store } = options;
  switch (action) {
    case "list":
      return list(line, options);
    case "show":
      return show(line, options, recordNamed(store, operand));
    case "approve":
      return answer(line, options, { record: recordNamed(store, operand), state: "approved" });
    case "reject":
      return answer(line, options, { record: recordNamed(store, operand), state: "rejected" });
    case "resume":
      return resume(line, options, operand);
    default:
      return unreachable(action);
  }
}

function list(line: CommandLine, { store, cleaner, output }: FixesOptions): number {
  const records = store.all(MOST_LISTED);
  const givenUp = store.givenUp();
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ fixes: records, givenUp })));
    return EXIT.done;
  }
  for (const { role, why } of givenUp) {
    output.write(cleaner.clean(`${role} was given up: ${why}; org fixes resume ${role}\n`));
  }
  for (const record of records) output.write(cleaner.clean(`${summary(record)}\n`));
  if (records.length === 0) output.say("Nothing was ever found here.\n");
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
  const { fix = "none: a person is told", done, note, tries } = record;
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
  readonly record: FixRecord;
  readonly state: "approved" | "rejected";
}

function answer(line: CommandLine, options: FixesOptions, { record, state }: Answer): number {
  const { store, output } = options;
  if (!store.answer(record.id, state)) throw notWaiting(record);
  const after = store.get(record.id) ?? record;
  if (line.options.has("json")) output.write(jsonLine(options.cleaner.cleanData(after)));
  else output.write(`fix ${record.id} (${record.fix}) is ${state}\n`);
  return EXIT.done;
}

function resume(line: CommandLine, { store, output }: FixesOptions, role = ""): number {
  const known = store.givenUp().map((one) => one.role);
  if (!known.includes(role)) {
    throw new OrgError(`The role "${role.slice(0, 40)}" was not given up`, {
      code: "FIX_UNKNOWN",
      why: known.length === 0 ? "no role is given up" : `given up: ${known.join(", ")}`,
      remedies: known.length === 0 ? ["org fixes"] : known.map((one) => `org fixes resume ${one}`),
      left: "Nothing was changed.",
    });
  }
  store.resume(role);
  if (line.options.has("json")) output.write(jsonLine({ resumed: role }));
  else output.write(`${role} may be started again\n`);
  return EXIT.done;
}

/** @throws {OrgError} `FIX_UNKNOWN` */
function recordNamed(store: SupervisorStore, operand = ""): FixRecord {
  const id = /^\d{1,9}$/.test(operand) ? Number(operand) : undefined;
  const record = id === undefined ? undefined : store.get(id);
  if (record !== undefined) return record;
  throw new OrgError(`There is no fix "${operand.slice(0, 40)}"`, {
    code: "FIX_UNKNOWN",
    why: "a fix is named by its number",
    remedies: ["org fixes"],
    left: "Nothing was changed.",
  });
}

function notWaiting({ id, state }: FixRecord): OrgError {
  return new OrgError(`Fix ${id} does not wait for an answer`, {
    code: "FIX_UNKNOWN",
    why: `it is ${state}`,
    remedies: [`org fixes show ${id}`],
    left: "Nothing was changed.",
  });
}
