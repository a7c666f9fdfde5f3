/** The environment of `org exec`, a contract with whatever starts it: scripts, containers, jobs. */
import { resolve } from "node:path";
import { invalid } from "#core/invalid-setting.ts";
import { WIRES } from "#core/wires.ts";
import { ANTHROPIC_BASE } from "./provider-settings.ts";
import type { SettingsSources } from "./settings.ts";

type Environment = SettingsSources["env"];

/** Which option of the command line each variable stands for; an option on the command line wins. */
const OPTIONS: readonly (readonly [variable: string, option: string])[] = [
  ["LLM_PROVIDER", "wire"],
  ["LLM_BASE_URL", "base"],
  ["LLM_MODEL", "model"],
  ["REPO_ROOT", "repo"],
  ["CONTEXT_ROOT", "context"],
  ["TRACKING_BREADCRUMB", "breadcrumb"],
];

/**
 * Reads the variables as options, and the key under the names that the providers know.
 *
 * @throws {OrgError} `CONFIG_INVALID` for a value of no use, naming the variable.
 */
export function execSources(
  flags: ReadonlyMap<string, string>,
  env: Environment,
): Omit<SettingsSources, "defaultHome"> {
  const named = OPTIONS.flatMap(([variable, option]) => {
    const value = env[variable];
    return value === undefined || value === "" ? [] : [[option, checked(variable, value)] as const];
  });
  const isMakers = env["LLM_PROVIDER"] === "anthropic" && !env["LLM_BASE_URL"];
  const base: readonly (readonly [string, string])[] = isMakers ? [["base", ANTHROPIC_BASE]] : [];
  const key = env["LLM_API_KEY"];
  const keys = key ? { OPENAI_API_KEY: key, ANTHROPIC_API_KEY: key } : {};
  return { flags: new Map([...base, ...named, ...flags]), env: { ...env, ...keys } };
}

function checked(variable: string, value: string): string {
  if (variable === "LLM_PROVIDER" && !WIRES.some((wire) => wire === value)) {
    throw invalid(variable, `"${value.slice(0, 80)}" is none of ${WIRES.join(", ")}`);
  }
  const isUrl = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (variable === "LLM_BASE_URL" && !isUrl) {
    throw invalid(variable, `"${value.slice(0, 200)}" is not an http or https address`);
  }
  return value;
}

/** Where a task works. */
export interface ExecPaths {
  /** Absolute path of the repository; default: the folder that org was started in. */
  readonly repoRoot: string;
  /** Absolute path of the folder with what else the model is to read. */
  readonly contextRoot: string | undefined;
}

export function execPaths(flags: ReadonlyMap<string, string>): ExecPaths {
  const context = flags.get("context");
  return {
    repoRoot: resolve(flags.get("repo") ?? "."),
    contextRoot: context === undefined ? undefined : resolve(context),
  };
}
