import type { ModelSource } from "#app/model-source.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import type { ModelFacts, ModelLine, ModelReport, PullProgress } from "#core/model-facts.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Output } from "#ui/output.ts";
import { changes, progressOf, sizeOf } from "#ui/pull-progress.ts";
import { actionNamed } from "./action.ts";
import { columnsOf } from "./columns.ts";

export interface ModelsOptions {
  readonly models: ModelSource;
  readonly json: boolean;
  readonly cleaner: TextCleaner;
  readonly output: Output;
}

const ACTIONS = ["list", "pull", "show", "forget", "table"] as const;

/**
 * `org models list|table`, `org models pull|show|forget NAME`. Names and progress come from a server, so all of it
 * is cleaned.
 *
 * @returns the exit code.
 * @throws {OrgError} `USAGE`, and what the server's answers become.
 */
export async function runModels(
  [actionName = "list", name, extra]: readonly string[],
  options: ModelsOptions,
): Promise<number> {
  const action = actionNamed("models", ACTIONS, actionName);
  const takesName = action !== "list" && action !== "table";
  const tooMany = takesName ? extra : name;
  if (tooMany !== undefined) throw usage(`Unexpected argument ${echoed(tooMany)}`);
  if (!takesName) return action === "list" ? await list(options) : table(options);
  if (name === undefined || name.trim() === "") throw usage("Which model?");
  switch (action) {
    case "pull":
      return await pull(name, options);
    case "show":
      return await show(name, options);
    case "forget":
      return await forget(name, options);
    default:
      return unreachable(action);
  }
}

function table({ models, json, output }: ModelsOptions): number {
  output.write(json ? jsonLine({ table: models.table }) : models.table);
  return EXIT.done;
}

async function show(
  name: string,
  { models, json, cleaner, output }: ModelsOptions,
): Promise<number> {
  const report = cleaner.cleanData(await models.show(name));
  if (json) output.write(jsonLine({ endpoint: models.endpoint, ...report }));
  else output.write(reportOf(models.endpoint, report));
  return EXIT.done;
}

async function forget(name: string, options: ModelsOptions): Promise<number> {
  const { models, json, cleaner, output } = options;
  await models.forget(name);
  const model = cleaner.clean(name);
  if (json) output.write(jsonLine({ type: "done", model, endpoint: models.endpoint }));
  else output.write(`✔ forgot what org had learnt about ${model} on ${models.endpoint}\n`);
  return EXIT.done;
}

/** Facts first, then what follows; each line says where it comes from. */
function reportOf(endpoint: string, { name, facts, plan }: ModelReport): string {
  const all = [...facts, ...plan];
  const width = Math.max(...all.map(({ what }) => what.length));
  const lineOf = ({ what, value, source }: ModelLine): string =>
    `  ${what.padEnd(width)}  ${value} (${source})\n`;
  const factsText = facts.length === 0 ? "  nothing is known of it\n" : facts.map(lineOf).join("");
  return `${name} on ${endpoint}\n${factsText}How it is asked\n${plan.map(lineOf).join("")}`;
}

async function list({ models, json, cleaner, output }: ModelsOptions): Promise<number> {
  const rows = cleaner.cleanData(await models.list());
  if (json) output.write(jsonLine({ endpoint: models.endpoint, models: rows }));
  else output.write(tableOf(rows));
  if (rows.length === 0 && !json) {
    output.say(`${models.endpoint} has no model.\n→ org models pull qwen3:8b\n`);
  }
  return EXIT.done;
}

/** Progress goes to standard error, a line whenever there is something new; the last line is the result. */
async function pull(name: string, options: ModelsOptions): Promise<number> {
  const { models, json, cleaner, output } = options;
  const model = cleaner.clean(name);
  const write = ({ status, totalBytes, completedBytes }: PullProgress): string => {
    const step = { status: cleaner.clean(status), totalBytes, completedBytes };
    return json ? jsonLine({ type: "progress", model, ...step }) : `${progressOf(step)}\n`;
  };
  for await (const line of changes(models.pull(name), write)) {
    if (json) output.write(line);
    else output.say(line);
  }
  if (json) output.write(jsonLine({ type: "done", model, endpoint: models.endpoint }));
  else output.write(`✔ ${model} is on ${models.endpoint}\n`);
  return EXIT.done;
}

/** One model a line: name, size, kind, window, what it can do. */
function tableOf(rows: readonly ModelFacts[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.bytes === undefined ? "" : sizeOf(row.bytes),
    [row.parameters, row.quantization].filter((text) => text !== undefined).join(" "),
    row.contextTokens === undefined ? "" : `${row.contextTokens} tokens`,
    row.loadedTokens === undefined ? "" : `loaded with ${row.loadedTokens}`,
    row.capabilities?.join(", ") ?? "",
  ]);
  return columnsOf(cells)
    .map((line) => `${line}\n`)
    .join("");
}

function usage(message: string, remedies: readonly string[] = []): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [...remedies, "org help models"],
    unchanged: "Nothing was changed.",
  });
}
