/** Reads the tools that honest people would submit: documents in `honest/`, one a theme, with a heading for each tool. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { casesSchema } from "#tools/contract/cases.ts";
import type { Recipe } from "../tools/recipe.ts";
import { type Candidate, good, held, tool } from "./candidate.ts";

/** Files of `honest/`. */
const THEMES: readonly string[] = [
  ...["locale", "dates", "numbers", "tables", "structures", "texts"],
  ...["python", "python-more", "capable", "further", "further-more", "fields", "fields-python"],
];
/** Of tools that see a clock, chance, a memory or files. */
const WORLDS: readonly string[] = ["worlds-clock", "worlds-kept"];

/** Written before their author had read the gate, like the attacks of `apart.ts`. */
const APART: readonly string[] = ["apart", "apart-python", "apart-worlds"];

/** The same, behind the rules that those brought. */
const LATER: readonly string[] = ["later", "later-python", "later-worlds"];

const THIRD: readonly string[] = ["third", "third-python", "third-worlds"];

/** Those whose cases show no result, for there is no chance and no file that their maker could know. */
const RESULTLESS = ["make-token", "count-words-in-file", "replace-in-file", "roll-sum"];

const FOLDER = join(import.meta.dir, "honest");

/** What a contract says where a tool does not say it. */
const PLAIN_SPEC = { failures: [], deterministic: true, capabilities: [], properties: [] };

/** A tool of a theme, with what its maker left out left out. */
interface HonestTool {
  readonly name: string;
  readonly recipe: Recipe;
  /** The file of its tests, where its maker wrote none. */
  readonly missing: string | undefined;
}

/** Those that see their arguments alone, and some that see more. */
export function allHonestTools(): readonly HonestTool[] {
  return THEMES.flatMap(honestTools);
}

/** @param theme a file of `honest/` without `.md`. */
function honestTools(theme: string): readonly HonestTool[] {
  const text = readFileSync(join(FOLDER, `${theme}.md`), "utf8");
  return text
    .split(/^# /m)
    .slice(1)
    .map((section) => readTool(section.slice(0, section.indexOf("\n")), section));
}

/** All of them by their names; read once, as hundreds of candidates are made of one each. */
let byName: ReadonlyMap<string, HonestTool> | undefined;

/** A tool of these themes. @throws Error when there is none of that name */
export function honestTool(name: string): HonestTool {
  byName ??= new Map(
    [...THEMES, ...WORLDS, ...APART, ...LATER, ...THIRD]
      .flatMap(honestTools)
      .map((one) => [one.name, one]),
  );
  const found = byName.get(name);
  if (found === undefined) throw new Error(`There is no tool "${name}"`);
  return found;
}

/** What it consists of. */
export function honestRecipe(name: string): Recipe {
  return honestTool(name).recipe;
}

/** What a commit changes beside the files of a tool. */
export function besides({ name, missing }: HonestTool): Readonly<Record<string, null>> {
  return missing === undefined ? {} : { [`tools/generated/${name}/${missing}`]: null };
}

/** Each of them as a candidate of its own. */
export const HONEST: readonly Candidate[] = THEMES.flatMap(candidatesOf);

export const HONEST_WORLDS: readonly Candidate[] = WORLDS.flatMap(candidatesOf);

export const HONEST_APART: readonly Candidate[] = APART.flatMap(candidatesOf);

export const HONEST_LATER: readonly Candidate[] = LATER.flatMap(candidatesOf);

export const HONEST_THIRD: readonly Candidate[] = THIRD.flatMap(candidatesOf);

function candidatesOf(theme: string): readonly Candidate[] {
  return honestTools(theme).map((one) =>
    heldWhereItReachesOut(
      one,
      good(one.name, (repository) => tool(repository, one.recipe, besides(one)), [one.name]),
    ),
  );
}

/** Files and the network are a human's to approve, and what no case shows is. */
function heldWhereItReachesOut({ recipe }: HonestTool, candidate: Candidate): Candidate {
  const { capabilities = [] } = Object(recipe.spec);
  const reaches = [capabilities].flat().some((name) => /^(?:net|files):/.test(String(name)));
  if (reaches) return held(/a new tool may (?:reach|read|write) /, candidate);
  return RESULTLESS.includes(candidate.id) ? held(/no case shows a result/, candidate) : candidate;
}

function readTool(name: string, section: string): HonestTool {
  const language = blockOf(section, "python") === undefined ? "ts" : "python";
  const source = blockOf(section, language);
  const spec: unknown = JSON.parse(blockOf(section, "json spec") ?? "");
  const lines = (blockOf(section, "jsonl cases") ?? "").trim().split("\n");
  const { cases } = casesSchema.parse({ cases: lines.map((line): unknown => JSON.parse(line)) });
  const tests = blockOf(section, `${language} tests`);
  if (source === undefined) throw new Error(`${name} has no program`);
  const recipe = {
    spec: { ...PLAIN_SPEC, ...Object(spec), name, language },
    source,
    cases,
    ...(tests === undefined ? {} : { tests }),
  };
  const file = language === "ts" ? "tool.test.ts" : "test_tool.py";
  return { name, recipe, missing: tests === undefined ? file : undefined };
}

/** The text between the fences with these words behind the first one. */
function blockOf(section: string, words: string): string | undefined {
  const [, block] = section.split(`\n\`\`\`${words}\n`);
  return block?.slice(0, block.indexOf("\n```") + 1);
}
