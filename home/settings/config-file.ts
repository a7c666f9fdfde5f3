/** Reads the file in which the human lays down what holds; no tool can write it. */
import { TOML } from "bun";
import { reasonOf } from "#core/errors.ts";
import { invalid } from "#core/invalid-setting.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readTextFile } from "#platform/files.ts";
import { type ConfigFile, type ConfigProblem, parseConfig } from "./config-schema.ts";
import { brokenLine, TomlLines } from "./toml-lines.ts";

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
 * @throws {OrgError} `CONFIG_INVALID` naming the line and key of each mistake: of what is not TOML, has no meaning, or is
 *   a secret that stands in the file itself.
 */
export function readConfigFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): ReadConfig {
  const text = textOf(path);
  const references = new Map<string, string>();
  const secrets: string[] = [];
  const problems: ConfigProblem[] = [];
  const resolved = mapStrings(parseToml(path, text), [], (value, keys, name) => {
    const key = keys.join(".");
    const problem = secretProblem(name, value);
    if (problem !== undefined) problems.push({ path: keys, message: problem });
    return value.replace(REFERENCE, (all, name: string) => {
      const found = env[name];
      if (found === undefined || found === "") {
        problems.push({ path: keys, message: `the environment has no ${name}` });
        return all;
      }
      references.set(name, found);
      if (!PUBLIC_KEYS.test(key)) secrets.push(found);
      return found;
    });
  });
  const parsed = parseConfig(resolved);
  if ("problems" in parsed) {
    // A value that could not be put in is wrong for that reason and for no other.
    const reportedPaths = new Set(problems.map((problem) => problem.path.join(".")));
    problems.push(
      ...parsed.problems.filter((problem) => !reportedPaths.has(problem.path.join("."))),
    );
  }
  if (problems.length > 0 || "problems" in parsed) throw invalid(path, listOf(problems, text));
  return { config: parsed.config, references, secrets };
}

/** So many mistakes are named at once. */
const MOST_PROBLEMS = 8;

/** One line for each mistake, in the order of the file. */
function listOf(problems: readonly ConfigProblem[], text: string): string {
  const lines = new TomlLines(text);
  const sorted = problems
    .map((problem) => ({ ...problem, line: lines.lineOf(problem.path) }))
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const named = sorted.slice(0, MOST_PROBLEMS).map(({ path, message, line, suggest }) => {
    const setting = path.length === 0 ? "the file" : path.join(".");
    const near = suggest?.();
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    return `${line === undefined ? "" : `line ${line}: `}${setting}: ${message}${hint}`;
  });
  const rest = sorted.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const SECRET_KEY =
  /(?:^|[_-])(?:key|token|secret|password|passwd|passphrase|credentials?|auth|authorization|cookie)$/i;
/** Stands before what a header says, and is not a secret: `Bearer ${TOKEN}`. */
const SCHEME = /^(?:bearer|basic|token|digest|api-?key)\s+$/i;
// Where a person looks for them: `org config`, the screens, error texts.
const PUBLIC_KEYS =
  /^(?:profile|base|wire|provider|providers\.[^.]+\.(?:base|wire)|fallback\..*|model|workspace|personas\..*|prices\..*|rates\..*)$/;
const cleaner = new TextCleaner();
const NO_SECRETS = `the file must not contain a secret; write \${NAME_OF_A_VARIABLE}`;

/**
 * What is secret stands in the environment, where it is in no backup and no commit.
 *
 * @param name of the value.
 */
function secretProblem(name: string, text: string): string | undefined {
  const literal = text.replace(REFERENCE, "");
  if (literal === "" || (literal !== text && SCHEME.test(literal))) return undefined;
  const isSecret =
    SECRET_KEY.test(name) || cleaner.secretsIn(literal).length > 0 || hasPassword(literal);
  // The value itself must show nowhere, not even here.
  return isSecret ? NO_SECRETS : undefined;
}

function hasPassword(text: string): boolean {
  // With ssh a name alone is a user, as in ssh://git@example.com.
  return /^(?!ssh:\/\/[^/?#@:]*@)[a-z][a-z0-9+.-]*:\/\/[^/?#@]*@/i.test(text);
}

/** @param change gets the name of a text: its key, or the option behind which it stands, such as `--token`. */
function mapStrings(
  value: unknown,
  keys: readonly string[],
  change: (text: string, keys: readonly string[], name: string) => string,
): unknown {
  if (typeof value === "string") return change(value, keys, keys.at(-1) ?? "");
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const itemKeys = [...keys, String(index)];
      const before: unknown = value[index - 1];
      const isNamed = typeof before === "string" && before.startsWith("-");
      return isNamed && typeof item === "string"
        ? change(item, itemKeys, before)
        : mapStrings(item, itemKeys, change);
    });
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, mapStrings(item, [...keys, name], change)]),
  );
}

function textOf(path: string): string {
  try {
    return readTextFile(path);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw invalid(path, reasonOf(cause));
  }
}

function parseToml(path: string, text: string): unknown {
  try {
    return TOML.parse(text);
  } catch (cause) {
    const line = brokenLine(text, isToml);
    throw invalid(path, `line ${line}: it is not TOML: ${reasonOf(cause)}`);
  }
}

function isToml(text: string): boolean {
  try {
    TOML.parse(text);
    return true;
  } catch {
    return false;
  }
}
