/** Reads the file in which the human lays down what holds; no tool can write it. */
import { TOML } from "bun";
import { reasonOf } from "#core/errors.ts";
import { invalid } from "#core/invalid-setting.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readTextFile } from "#platform/files.ts";
import { type ConfigFile, parseConfig } from "./config-schema.ts";

export interface ReadConfig {
  readonly config: ConfigFile;
  /** Values of the environment that the file refers to, by name. */
  readonly references: ReadonlyMap<string, string>;
  /** Those of them that must never be shown. */
  readonly secrets: readonly string[];
}

/**
 * A missing file is an empty one.
 *
 * @throws {OrgError} `CONFIG_INVALID` naming the key: for what is no TOML, has no meaning, or is a secret
 *   that stands in the file itself.
 */
export function readConfigFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): ReadConfig {
  const references = new Map<string, string>();
  const secrets: string[] = [];
  const resolved = mapStrings(parseToml(path), [], (text, keys) => {
    const key = keys.join(".");
    const problem = secretProblem(keys, text);
    if (problem !== undefined) throw invalid(path, `${key}: ${problem}`);
    return text.replace(REFERENCE, (_all, name: string) => {
      const value = env[name];
      if (value === undefined || value === "") {
        throw invalid(path, `${key}: the environment has no ${name}`);
      }
      references.set(name, value);
      if (!SHOWN_KEYS.test(key)) secrets.push(value);
      return value;
    });
  });
  const parsed = parseConfig(resolved);
  if ("problem" in parsed) throw invalid(path, parsed.problem);
  return { config: parsed.config, references, secrets };
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const SECRET_KEY = /(?:^|[_-])(?:key|token|secret|password|passwd|passphrase|credentials?|auth)$/i;
// Where a person looks for them: `org config`, the screens, error texts.
const SHOWN_KEYS =
  /^(?:profile|base|wire|provider|providers\.[^.]+\.(?:base|wire)|fallback\..*|model|workspace|personas\..*|prices\..*|rates\..*)$/;
const cleaner = new TextCleaner();
const NO_SECRETS = `a secret must not stand in the file; write \${NAME_OF_A_VARIABLE}`;

/** What is secret stands in the environment, where it is in no backup and no commit. */
function secretProblem(keys: readonly string[], text: string): string | undefined {
  const literal = text.replace(REFERENCE, "");
  if (literal === "") return undefined;
  const isSecret =
    SECRET_KEY.test(keys.at(-1) ?? "") ||
    cleaner.secretsIn(literal).length > 0 ||
    hasPassword(literal);
  // The value itself must show nowhere, not even here.
  return isSecret ? NO_SECRETS : undefined;
}

function hasPassword(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*@/i.test(text);
}

function mapStrings(
  value: unknown,
  keys: readonly string[],
  change: (text: string, keys: readonly string[]) => string,
): unknown {
  if (typeof value === "string") return change(value, keys);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapStrings(item, [...keys, String(index)], change));
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, mapStrings(item, [...keys, name], change)]),
  );
}

function parseToml(path: string): unknown {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
    throw invalid(path, reasonOf(cause));
  }
  try {
    return TOML.parse(text);
  } catch (cause) {
    throw invalid(path, `it is not TOML: ${reasonOf(cause)}`);
  }
}
