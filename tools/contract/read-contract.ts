import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import type { CallBreakdown } from "./outcome.ts";
import { type CheckedSchema, compileSchema } from "./schema-check.ts";
import { type Contract, contractSchema } from "./spec.ts";
import type { ToolFolder } from "./tool-folder.ts";
import { helpersOf } from "./tool-modules.ts";

/** What a call needs of a tool. */
export interface ReadContract {
  readonly spec: Contract;
  /** Text of `tool.ts` or `tool.py`. */
  readonly source: string;
  /** Further modules of a TypeScript tool, by file name. */
  readonly helpers: ReadonlyMap<string, string>;
  readonly input: CheckedSchema;
  readonly output: CheckedSchema;
}

// A folder is read once and called often.
const cache = new WeakMap<ToolFolder, ReadContract | CallBreakdown>();

/** Reads the contract of a tool, or says why there is none to go by. */
export function readContract(folder: ToolFolder): ReadContract | CallBreakdown {
  const before = cache.get(folder);
  if (before !== undefined) return before;
  const contract = read(folder);
  cache.set(folder, contract);
  return contract;
}

function read(folder: ToolFolder): ReadContract | CallBreakdown {
  try {
    const parsed = contractSchema.safeParse(JSON.parse(textOf(folder, "spec.json")));
    if (!parsed.success) return broken(`spec.json: ${z.prettifyError(parsed.error)}`);
    const spec = parsed.data;
    return {
      spec,
      source: textOf(folder, spec.language === "ts" ? "tool.ts" : "tool.py"),
      helpers: spec.language === "ts" ? helpersOf(folder) : new Map(),
      input: compileSchema("input", spec.input),
      output: compileSchema("output", spec.output),
    };
  } catch (error) {
    return broken(reasonOf(error));
  }
}

function textOf(folder: ToolFolder, name: string): string {
  const text = folder.files.get(name);
  if (text === undefined) throw new Error(`There is no ${name}`);
  return text;
}

function broken(detail: string): CallBreakdown {
  return { kind: "breakdown", why: "load", detail };
}
