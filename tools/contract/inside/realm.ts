/**
 * The first code in the realm of the tool. It captures what it needs of the language before the tool is
 * loaded, and hands nothing of the program around it to the tool: every object that a tool sees was made
 * in its own realm.
 */

import { createContext } from "./context.ts";
import { installGlobals } from "./globals.ts";
import type { Guest, Outer, RealmSettings } from "./outer.ts";
import type { Answer } from "./protocol.ts";
import { safeOuter } from "./safely.ts";
import { toJson, Unfit } from "./to-json.ts";

const { stringify, parse } = JSON;
const { apply } = Reflect;
const { then } = Promise.prototype;
const { slice, replace } = String.prototype;

/** Longest text of an error in characters. */
const MAX_MESSAGE = 2000;

/** Sets the realm up. */
export function createGuest(lent: Outer, settings: RealmSettings): Guest {
  const outer = safeOuter(lent);
  const finish = (answer: Answer): void => outer.finish(stringify(answer));
  installGlobals(outer, settings);
  const context = createContext(outer, settings);
  const start = async (
    evaluate: () => Promise<unknown>,
    tool: () => unknown,
    args: string,
  ): Promise<void> => {
    const loaded = await load(evaluate, tool);
    if (typeof loaded === "string") finish({ kind: "load", message: loaded });
    else outer.finish(await answerOf(loaded, parse(args), context));
  };
  return {
    call: (evaluate, tool, args) => {
      apply(then, start(evaluate, tool, args), [
        undefined,
        (error: unknown) => finish({ kind: "crash", message: describe(error) }),
      ]);
    },
    crash: (error) => finish({ kind: "crash", message: describe(error) }),
  };
}

/** What a module of a tool exports. */
interface ToolModule {
  readonly input: { safeParseAsync(value: unknown): Promise<unknown> };
  readonly run: (args: unknown, context: object) => unknown;
}

/** The exports of the tool, or why there are none. */
async function load(
  evaluate: () => Promise<unknown>,
  tool: () => unknown,
): Promise<ToolModule | string> {
  try {
    await evaluate();
    const loaded = tool();
    return isToolModule(loaded)
      ? loaded
      : 'tool.ts must export "input", a zod schema, and "run", a function';
  } catch (error) {
    return describe(error);
  }
}

function isToolModule(value: unknown): value is ToolModule {
  if (typeof value !== "object" || value === null) return false;
  const input: unknown = Reflect.get(value, "input");
  const hasInput =
    typeof input === "object" &&
    input !== null &&
    typeof Reflect.get(input, "safeParseAsync") === "function";
  return hasInput && typeof Reflect.get(value, "run") === "function";
}

/** An `Answer`, as JSON. */
async function answerOf(tool: ToolModule, args: unknown, context: object): Promise<string> {
  try {
    const parsed = await tool.input.safeParseAsync(args);
    if (!isSuccess(parsed)) return stringify({ kind: "refused", message: issuesOf(parsed) });
    const value = await tool.run(parsed.data, context);
    return `{"kind":"result","value":${toJson(value)}}`;
  } catch (error) {
    if (error instanceof Unfit) return stringify({ kind: "unfit", message: error.message });
    const code = codeOf(error);
    return stringify({ kind: "thrown", code, message: textOf(error) });
  }
}

function isSuccess(parsed: unknown): parsed is { readonly data: unknown } {
  return typeof parsed === "object" && parsed !== null && Reflect.get(parsed, "success") === true;
}

function issuesOf(parsed: unknown): string {
  try {
    const issues: unknown = Object(Object(parsed).error).issues;
    if (!Array.isArray(issues)) return "no reason given";
    let text = "";
    for (const issue of issues) {
      const path = String(issue.path.length === 0 ? "arguments" : issue.path.join("."));
      text += `${text === "" ? "" : "; "}${path}: ${String(issue.message)}`;
    }
    return short(text);
  } catch {
    return "no reason given";
  }
}

/** The code that the error names, else its name. */
function codeOf(error: unknown): string {
  try {
    const { code, name } = Object(error);
    if (typeof code === "string" && code !== "") return short(code);
    return typeof name === "string" && name !== "" ? short(name) : "ERROR";
  } catch {
    return "ERROR";
  }
}

function textOf(error: unknown): string {
  try {
    const { message } = Object(error);
    return short(typeof message === "string" ? message : String(error));
  } catch {
    return "an error that cannot be read";
  }
}

function describe(error: unknown): string {
  return short(`${codeOf(error)}: ${textOf(error)}`);
}

function short(text: string): string {
  // One line each: an error text is shown to a model and to a person.
  return apply(replace, apply(slice, text, [0, MAX_MESSAGE]), [/\s+/g, " "]);
}
