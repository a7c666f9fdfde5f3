/** The oracle against functions of the tests in place of tools in a sandbox: it sees answers only. */
import type { AskTool } from "#fitness/oracle/ask.ts";
import type { Finding } from "#fitness/oracle/load.ts";
import type { AskMany } from "#fitness/oracle/many-asks.ts";
import { checkOracle, type OracleContext } from "#fitness/oracle/oracle.ts";
import { fitting } from "#fitness/oracle/schema.ts";
import { openTool, type ToolUnderTest } from "#fitness/oracle/tool-under-test.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { type Recipe, toolOf } from "./recipe.ts";

/** A program of the recipe of `slug`; the seed is that of the call. */
export type Run = (args: { title: string; most?: number }, seed: string) => unknown;

/** The right one. */
export const slug: Run = ({ title, most = 8 }) => {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  if (words.length === 0) throw Object.assign(new Error("nothing"), { code: "EMPTY" });
  const kept = words.slice(0, most);
  return { slug: kept.join("-"), words: kept.length };
};

/** Does what the call of a tool does, without a process. */
export function askerOf(run: Run): (folder: ToolFolder) => AskTool {
  return (folder) => {
    const [fits, fitsRecipe] = [judged(PLAIN, folder), judged()].map(({ contract }) =>
      fitting(contract.input),
    );
    return (args, { seed }) =>
      Promise.resolve(
        outcomeOf(() => {
          if (fits?.(args) !== true || fitsRecipe?.(args) !== true)
            throw Object.assign(new Error("no"), { code: "INVALID_INPUT" });
          return run(args as Parameters<Run>[0], seed); // the schema above is its type
        }),
      );
  };
}

/** What a process tells of many inputs. @param start of a process: what it remembers is gone with it. */
export function manyOf(start: () => Run): AskMany {
  return (inputs) => {
    const run = start();
    return Promise.resolve(
      inputs.map((input) => {
        try {
          return { value: run(input as Parameters<Run>[0], "1") }; // the oracle makes only inputs that fit
        } catch (error) {
          const { code = "ERROR", message } = Object(error);
          return { failure: { code, message } };
        }
      }),
    );
  };
}

/** How a call of this function would end. */
export function outcomeOf(run: () => unknown): CallOutcome {
  try {
    return { kind: "result", value: run() };
  } catch (error) {
    const { code = "ERROR", message } = Object(error);
    return { kind: "failure", code, message, declared: ["EMPTY", "INVALID_INPUT"].includes(code) };
  }
}

const PLAIN: Recipe = {};
const folders = new WeakMap<Recipe, ToolFolder>();
const opened = new WeakMap<ToolFolder, ToolUnderTest>();

/** The tool of a recipe; that of none is opened once for all. */
export function judged(
  recipe: Recipe = PLAIN,
  folder: ToolFolder = folderOf(recipe),
): ToolUnderTest {
  const known = opened.get(folder);
  if (known !== undefined) return known;
  const tool = openTool(folder);
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  opened.set(folder, tool);
  return tool;
}

function folderOf(recipe: Recipe): ToolFolder {
  const folder = folders.get(recipe) ?? toolOf(recipe);
  folders.set(recipe, folder);
  return folder;
}

/** Puts the oracle to a function in place of a tool. */
export function check(
  run: Run,
  recipe: Recipe = PLAIN,
  context: Partial<OracleContext> = {},
): Promise<Finding | undefined> {
  return checkOracle(judged(recipe), {
    askerOf: askerOf(run),
    literals: () => Promise.resolve([]),
    seed: 7,
    hidden: [],
    others: new Map(),
    ...context,
  });
}
