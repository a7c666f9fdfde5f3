import type { ToolSchema } from "#core/calls.ts";
import { isFields } from "#core/json.ts";
import { coerceArguments } from "./coerce.ts";
import { type RawCall, Untyped } from "./dialect.ts";
import type { ExtractedCall } from "./extractor.ts";
import { exactJsonOrUndefined } from "./readers/exact-json.ts";
import { parseLenientJson } from "./readers/lenient-json.ts";
import { define } from "./readers/literal.ts";
import type { ToolIndex } from "./resolve.ts";

export interface Unit {
  readonly dialect: string;
  readonly raw: string;
  readonly unmarked: boolean;
}

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.:/-]{0,127}$/u;

/** Where a value without a name goes when the tool does not say what it takes. */
const DEFAULT_PARAMETER = "input";

/**
 * Settles names and types of the calls of one candidate.
 *
 * @returns `null` when the candidate is not a call after all, so that it must be emitted as text.
 */
export function finishCalls(
  calls: readonly RawCall[],
  unit: Unit,
  tools: ToolIndex,
): ExtractedCall[] | null {
  const finished: ExtractedCall[] = [];
  for (const call of calls) {
    const { name, tool } = tools.resolve(call.name.trim());
    if (!NAME.test(name) || (unit.unmarked && tool === undefined)) return null;
    const { args, invalid } = settle(call.arguments, tool);
    finished.push({
      name,
      arguments: args,
      dialect: unit.dialect,
      // The markup of several calls in one unit belongs to the first: no byte is reported twice.
      raw: finished.length === 0 ? unit.raw : "",
      ...(call.id === undefined ? {} : { id: call.id }),
      ...flags({ ...call, invalid: call.invalid === true || invalid, unknown: tool === undefined }),
    });
  }
  return finished;
}

type Flags = Pick<ExtractedCall, "repaired" | "truncated" | "invalid" | "unknown">;

/** Those that are set; the others are left out. */
function flags({ repaired, truncated, invalid, unknown }: Flags): Flags {
  const set = Object.entries({ repaired, truncated, invalid, unknown }).filter(([, flag]) => flag);
  return Object.fromEntries(set);
}

interface Settled {
  readonly args: Record<string, unknown>;
  /** They hold text that cannot be read. */
  readonly invalid: boolean;
}

function settle(written: unknown, tool: ToolSchema | undefined): Settled {
  const { value, invalid } = decode(written);
  const args = coerceArguments(toObject(value, tool), tool?.parameters ?? {});
  return { args, invalid };
}

function toObject(value: unknown, tool: ToolSchema | undefined): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null || value === "") return {};
  if (isFields(value) && !(value instanceof Untyped)) return value;
  return positional(Array.isArray(value) ? value : [value], tool);
}

/** Arguments as text: JSON, sometimes encoded twice, else a value without a name. */
function decode(args: unknown): { readonly value: unknown; readonly invalid: boolean } {
  let value = args instanceof Untyped ? args.text.trim() : args;
  for (let times = 0; times < 2 && typeof value === "string"; times += 1) {
    const text = value.trim();
    if (text.startsWith("{")) {
      const json = parseLenientJson(text);
      return { value: json?.value, invalid: json?.garbled === true };
    }
    if (!text.startsWith('"')) break;
    // Else it is text that happens to begin with a quotation mark.
    value = exactJsonOrUndefined(text) ?? value;
  }
  return { value, invalid: false };
}

/** Gives values without names those of the tool's parameters, in their order. */
function positional(
  values: readonly unknown[],
  tool: ToolSchema | undefined,
): Readonly<Record<string, unknown>> {
  const [only, ...others] = values;
  if (others.length === 0 && isFields(only)) return only;
  const properties = tool?.parameters["properties"];
  const names = isFields(properties) ? Object.keys(properties) : [];
  const object: Record<string, unknown> = {};
  for (const [index, value] of values.entries()) {
    const name = names[index] ?? (index === 0 ? DEFAULT_PARAMETER : `${DEFAULT_PARAMETER}${index}`);
    define(object, name, value);
  }
  return object;
}
