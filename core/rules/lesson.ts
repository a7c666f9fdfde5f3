/** What one turn teaches: the call that a model made of a line, as a rule would make it. */
import type { ToolCall } from "../calls.ts";
import { canonicalJson } from "../canonical-json.ts";
import { isFields } from "../json.ts";
import { type Cut, cutsOf, type Pattern, type PlainLine } from "./line.ts";
import type { Template } from "./rule.ts";
import { asPath, isQuery } from "./slot.ts";

/** What lies at a path of the room's files; `undefined` where nothing does. */
export type KindOf = (path: string) => Promise<"folder" | "file" | undefined>;

/** Longest arguments that a rule stores, in characters of JSON. */
const LONGEST = 500;
/** An argument of such a name is a path, whatever else its value could be. */
const PATH_ARGUMENTS = /path|folder|dir|file/i;

/** @returns `undefined` where no rule could make the same call of other lines. */
export async function lessonOf(
  line: PlainLine,
  { name: tool, arguments: args }: ToolCall,
  kindOf: KindOf,
): Promise<{ readonly pattern: Pattern; readonly template: Template } | undefined> {
  if (!isFields(args) || canonicalJson(args).length > LONGEST) return undefined;
  const cuts = cutsOf(line);
  const slots = cuts.flatMap((cut) =>
    Object.keys(args)
      .filter((argument) => cut.rest !== "" && isSameText(args[argument], cut.rest))
      .map((argument) => ({ argument, cut })),
  );
  const [first, ...others] = slots;
  if (others.length > 0) return undefined;
  if (first === undefined)
    return whole(cuts, { tool, argument: undefined, fixed: canonicalJson(args) });
  const { argument, cut } = first;
  const { [argument]: _, ...rest } = args;
  const slot = await slotOf(argument, cut.rest, kindOf);
  if (slot === undefined) return undefined;
  return {
    pattern: { head: cut.head, slot },
    template: { tool, argument, fixed: canonicalJson(rest) },
  };
}

function whole(cuts: readonly Cut[], template: Template) {
  const [line] = cuts;
  if (line === undefined || line.rest !== "") return undefined;
  return { pattern: { head: line.head, slot: undefined }, template };
}

async function slotOf(argument: string, text: string, kindOf: KindOf): Promise<Pattern["slot"]> {
  if (!PATH_ARGUMENTS.test(argument)) return isQuery(text) ? "query" : undefined;
  const path = asPath(text);
  return path === undefined ? undefined : await kindOf(path);
}

/** Whether a model's call is the one that a rule would make. @param slot what the line fills in. */
export function isSameCall(
  { tool, fixed, argument }: Template,
  slot: string,
  { name, arguments: args }: Pick<ToolCall, "name" | "arguments">,
): boolean {
  if (name !== tool || !isFields(args)) return false;
  if (argument === undefined) return canonicalJson(args) === fixed;
  const { [argument]: value, ...rest } = args;
  return canonicalJson(rest) === fixed && isSameText(value, slot);
}

/** The arguments of the call that a rule makes. */
export function argumentsOf(
  { fixed, argument }: Template,
  slot: string,
): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(fixed);
  const args = isFields(parsed) ? parsed : {};
  return argument === undefined ? args : { ...args, [argument]: slot.replace(/\/$/, "") };
}

/**
 * Whether an argument came out of text that no user wrote: a rule learns nothing from text of a tool, a file or another persona.
 *
 * @param line as the user typed it. @param foreign texts that the model has read.
 */
export function isCopied(args: unknown, line: string, foreign: readonly string[]): boolean {
  const typed = line.toLowerCase();
  return stringsIn(args).some((text) => {
    const value = text.trim().toLowerCase();
    // Two characters stand in every text by chance.
    return (
      value.length > 2 &&
      !typed.includes(value) &&
      foreign.some((one) => one.toLowerCase().includes(value))
    );
  });
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isFields(value) ? Object.values(value).flatMap(stringsIn) : [];
}

function isSameText(value: unknown, text: string): boolean {
  return typeof value === "string" && plain(value) === plain(text);
}

function plain(text: string): string {
  return text
    .trim()
    .replace(/\/$/, "")
    .toLowerCase()
    .replace(/^(?:(?:the|a|an|all|of|me) )+/, "")
    .replace(/ +/g, " ");
}
