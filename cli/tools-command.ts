import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { oneRow } from "#core/text/one-row.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { Output } from "#ui/output.ts";
import { rowsOf } from "#ui/tool-rows.ts";
import { actionNamed } from "./action.ts";

/** What the command asks of the registry. */
export interface ToolSource {
  list(): Promise<readonly ToolListing[]>;
  /** Best first. */
  search(query: string): Promise<readonly ToolListing[]>;
  /** All that is known of a tool, as plain data. @throws {OrgError} `TOOL_UNKNOWN` */
  details(name: string): Promise<ToolListing & Readonly<Record<string, unknown>>>;
  /** @throws {OrgError} `TOOL_UNKNOWN`, `USAGE` */
  switch(name: string, on: boolean): Promise<ToolListing>;
  /** Tools of main that a person might want to retire. */
  retirable(): Promise<readonly Retirable[]>;
  /** Makes a candidate without the tool, which waits for a human. @throws {OrgError} `TOOL_UNKNOWN` */
  retire(name: string): Promise<Proposed>;
  /** What could be a tool, and what might go. */
  proposals(): Promise<Proposals>;
}

interface Proposals {
  readonly make: readonly {
    readonly times: number;
    readonly tool: string;
    readonly program: string;
    readonly lines: readonly string[];
    readonly command: string;
  }[];
  readonly retire: readonly Retirable[];
}

interface Retirable {
  readonly name: string;
  /** For a person. */
  readonly why: string;
}

/** A candidate, and what the gate said of it: `hold` or `promote` where a human may promote it. */
interface Proposed {
  readonly branch: string;
  readonly verdict: string;
  readonly reason: string;
}

export interface ToolsOptions {
  readonly tools: ToolSource;
  readonly json: boolean;
  readonly cleaner: TextCleaner;
  readonly output: Output;
}

const ACTIONS = ["list", "search", "show", "disable", "enable", "retire", "proposals"] as const;
type Action = (typeof ACTIONS)[number];

/**
 * `org tools list|search|show|disable|enable|retire|proposals`. What tools say of themselves was written by models, so all
 * of it is cleaned.
 *
 * @throws {OrgError} `USAGE`, and what the registry throws.
 */
export async function runTools(
  [actionName = "list", operand, extra]: readonly string[],
  options: ToolsOptions,
): Promise<number> {
  const action = actionNamed("tools", ACTIONS, actionName);
  const isAlone = action === "list" || action === "proposals";
  if (isAlone && operand !== undefined) throw oneTooMany(action, operand);
  if (extra !== undefined) throw oneTooMany(action, extra);
  if (action === "list") return await list(options);
  if (action === "proposals") return await listProposals(options);
  if (action === "retire" && operand === undefined) return await listRetirable(options);
  if (operand === undefined || operand.trim() === "") {
    throw usage(action === "search" ? "Search for what?" : "Which tool?", [
      action === "search" ? 'org tools search "rename files"' : "org tools list",
    ]);
  }
  switch (action) {
    case "search":
      return await search(operand, options);
    case "show":
      return await show(operand, options);
    case "disable":
    case "enable":
      return await turn(operand, action === "enable", options);
    case "retire":
      return await retire(operand, options);
    default:
      return unreachable(action);
  }
}

async function list({ tools, json, cleaner, output }: ToolsOptions): Promise<number> {
  const listed = cleaner.cleanData((await tools.list()).map(listingOf));
  output.write(json ? jsonLine({ tools: listed }) : rowsOf(listed));
  return EXIT.done;
}

async function search(query: string, options: ToolsOptions): Promise<number> {
  const { tools, json, cleaner, output } = options;
  const found = cleaner.cleanData((await tools.search(query)).map(listingOf));
  output.write(json ? jsonLine({ query: cleaner.clean(query), tools: found }) : rowsOf(found));
  if (found.length === 0) output.say("No tool matches that.\n→ org tools list\n");
  // As with grep: nothing was found.
  return found.length === 0 ? EXIT.failed : EXIT.done;
}

async function show(name: string, options: ToolsOptions): Promise<number> {
  const { tools, json, cleaner, output } = options;
  const details = cleaner.cleanData(await tools.details(name));
  output.write(json ? jsonLine(details) : linesOf(details));
  return EXIT.done;
}

async function turn(name: string, on: boolean, options: ToolsOptions): Promise<number> {
  const { tools, json, cleaner, output } = options;
  const tool = cleaner.cleanData(listingOf(await tools.switch(name, on)));
  if (json) output.write(jsonLine(tool));
  else
    output.write(`${tool.name} is ${tool.state}${tool.why === undefined ? "" : `: ${tool.why}`}\n`);
  return EXIT.done;
}

async function listRetirable({ tools, json, cleaner, output }: ToolsOptions): Promise<number> {
  const found = cleaner.cleanData(await tools.retirable());
  if (json) output.write(jsonLine({ tools: found }));
  else for (const { name, why } of found) output.write(`${name}  ${why}\n`);
  if (found.length === 0) output.say("Every generated tool is in use.\n");
  else output.say("→ org tools retire NAME   # a candidate without it, for you to decide\n");
  return EXIT.done;
}

async function listProposals({ tools, json, cleaner, output }: ToolsOptions): Promise<number> {
  const { make, retire: toGo } = cleaner.cleanData(await tools.proposals());
  if (json) {
    output.write(jsonLine({ make, retire: toGo }));
    return EXIT.done;
  }
  for (const { times, tool, program, lines, command } of make) {
    const askLines = lines.map((line) => `  asked: ${oneRow(line)}\n`).join("");
    const done = program.trim().replaceAll("\n", "\n    ");
    output.write(`${times} times by hand, with ${tool}:\n    ${done}\n${askLines}→ ${command}\n`);
  }
  for (const { name, why } of toGo) {
    output.write(`${name} can be retired: ${why}\n→ org tools retire ${shellWord(name)}\n`);
  }
  if (make.length + toGo.length === 0) output.say("Nothing is proposed.\n");
  return EXIT.done;
}

async function retire(name: string, options: ToolsOptions): Promise<number> {
  const { tools, json, cleaner, output } = options;
  const proposed = cleaner.cleanData(await tools.retire(name));
  const { branch, verdict, reason } = proposed;
  if (json) output.write(jsonLine(proposed));
  else output.write(`${branch} retires ${name}. The gate: ${verdict}, ${reason}\n`);
  const mayPass = verdict === "hold" || verdict === "promote";
  output.say(`→ org cand show ${branch}\n`);
  if (mayPass) output.say(`→ org promote ${branch} --approve\n`);
  return mayPass ? EXIT.done : EXIT.failed;
}

/** A registered tool knows more than what is listed. */
function listingOf({ why, figures, ...tool }: ToolListing): ToolListing {
  const { name, description, origin, state } = tool;
  return {
    ...{ name, description, origin, state },
    ...(why === undefined ? {} : { why }),
    ...(figures === undefined ? {} : { figures }),
  };
}

function linesOf(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}\n`;
    })
    .join("");
}

function oneTooMany(action: Action, operand: string): OrgError {
  const near = action === "search" ? ['org tools search "rename files"   # in quotes'] : [];
  return usage(`Unexpected argument ${echoed(operand)} for org tools ${action}`, near);
}

function usage(message: string, remedies: readonly string[]): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [...remedies, "org help tools"],
    unchanged: "Nothing was changed.",
  });
}
