/** Stage S6: what main's tools could do, they can still do; nobody else's requests go to a new tool. */
import { callTool } from "#tools/contract/call.ts";
import { casesSchema, type ToolCase } from "#tools/contract/cases.ts";
import { type Contract, contractSchema } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { Objection } from "./stages.ts";

type Tools = ReadonlyMap<string, ToolFolder>;

/** A tool as the search sees it. */
export type Listed = Pick<Contract, "name" | "description" | "asks">;

/** Names the tool that comes first for a query, if any does. */
export type FirstHit = (
  tools: readonly Listed[],
  queries: readonly string[],
) => readonly (string | undefined)[];

export interface RegressionOptions {
  readonly signal: AbortSignal;
  readonly firstHit?: FirstHit | undefined;
}

/**
 * Main's own cases against the tools as they would be. What main's tool passes, the new one has to pass; a
 * tool whose files did not change is not asked, for its answers cannot have changed.
 *
 * @returns why it may not be merged, if it may not.
 */
export async function findRegression(
  before: Tools,
  after: Tools,
  options: RegressionOptions,
): Promise<Objection | undefined> {
  const lost: string[] = [];
  for (const [name, old] of before) {
    const now = after.get(name);
    if (now === undefined) lost.push(`${name}: the tool is gone`);
    else if (!sameFiles(old, now)) lost.push(...(await lostCases(old, now, options.signal)));
  }
  lost.push(...takenOver(before, after, options.firstHit));
  const [reason] = lost;
  return reason === undefined ? undefined : { reason, details: lost };
}

async function lostCases(
  old: ToolFolder,
  now: ToolFolder,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const [index, one] of casesOf(old).entries()) {
    const said = await Promise.all([old, now].map((tool) => passes(tool, one, signal)));
    if (said[0] && !said[1]) lost.push(`${old.name}: case ${index + 1} of main passes no more`);
  }
  return lost;
}

async function passes(tool: ToolFolder, one: ToolCase, signal: AbortSignal): Promise<boolean> {
  const outcome = await callTool(tool, one.input, { signal });
  if ("error" in one) return outcome.kind === "failure" && outcome.code === one.error;
  return outcome.kind === "result" && Bun.deepEquals(outcome.value, one.output, true);
}

/** Requests that main's tools name as theirs, and that another tool would answer first. */
function takenOver(before: Tools, after: Tools, firstHit: FirstHit | undefined): readonly string[] {
  if (firstHit === undefined) return [];
  const [known, listed] = [listedOf(before), listedOf(after)];
  const queries = known.flatMap(({ name, asks }) => asks.map((text) => ({ name, text })));
  const texts = queries.map(({ text }) => text);
  const [was, is] = [firstHit(known, texts), firstHit(listed, texts)];
  return queries.flatMap(({ name, text }, index) =>
    was[index] === name && is[index] !== name
      ? [
          `${is[index] ?? "nothing"} would be found first for ${JSON.stringify(text)}, a request for ${name}`,
        ]
      : [],
  );
}

function listedOf(tools: Tools): readonly Listed[] {
  return [...tools.values()].flatMap((tool) => {
    const spec = contractSchema.safeParse(parsed(tool.files.get("spec.json")));
    return spec.success ? [spec.data] : [];
  });
}

function casesOf(tool: ToolFolder): readonly ToolCase[] {
  const cases = casesSchema.safeParse(parsed(tool.files.get("cases.json")));
  return cases.success ? cases.data.cases : [];
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function sameFiles(one: ToolFolder, other: ToolFolder): boolean {
  return (
    one.files.size === other.files.size &&
    [...one.files].every(([name, text]) => other.files.get(name) === text)
  );
}
