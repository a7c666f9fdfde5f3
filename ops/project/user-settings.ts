/** What the Git of the user is told for all of their repositories, as far as it decides what a room sees of the files. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { readTextFile } from "#platform/files.ts";
import { type HumanSettings, humanSetting, settingIn } from "#platform/git/human-identity.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { pathOf } from "./git-file.ts";

/**
 * What interpreters, compilers and runners of tests leave beside the files, by names that nothing else has. A repository
 * without a rule for them would have a program that was only run count as a change.
 */
const BY_PRODUCTS: readonly string[] = [
  ...["__pycache__/", "*.pyc", "*.pyo", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/"],
  ...[".hypothesis/", ".tox/", ".nox/", ".coverage", ".nyc_output/", ".eslintcache"],
  "*.tsbuildinfo",
];

/**
 * What the user's Git leaves out beside the `.gitignore` files of the tree, with {@link BY_PRODUCTS}, as the text of such a
 * file.
 *
 * @param settings of the user's Git in the work tree.
 */
export async function excludesOf(
  source: Repository,
  settings: HumanSettings,
  signal: AbortSignal,
): Promise<string> {
  const folder = source.workTree ?? "/";
  const files = [
    await globalExcludes(folder, settings, signal),
    await pathOf(source, "info/exclude"),
  ];
  // Of two rules the later one counts, and what the repository says outweighs what the user has for all of them.
  const texts = [BY_PRODUCTS.join("\n"), ...files.map((file) => textOf(resolve(folder, file)))];
  return texts.map((text) => `${text}\n`).join("");
}

async function globalExcludes(
  folder: string,
  settings: HumanSettings,
  signal: AbortSignal,
): Promise<string> {
  const key = "core.excludesFile";
  const named = settingIn(settings, key) || "~/.config/git/ignore";
  if (named.startsWith("~/")) return join(homedir(), named.slice(2));
  // Of another user's home, of the folder of Git's installation, and the like: Git itself reads it.
  const isPlain = !/^[~%:]/.test(named);
  return isPlain ? named : await humanSetting(["--type=path", key], { folder, signal });
}

/** Settings that decide how the bytes of a work tree become those of a blob. */
const CONTENT_SETTINGS = ["core.autocrlf", "core.eol"] as const;

/** The settings of the user that decide what their Git takes for a change, as `git config` takes them. */
export function contentSettings(
  settings: HumanSettings,
): readonly (readonly [key: string, value: string])[] {
  const values = CONTENT_SETTINGS.map((key) => [key, settingIn(settings, key)] as const);
  return values.filter(([, value]) => /^(?:true|false|input|lf|crlf|native)$/.test(value));
}

/** Of a file that Git cannot read either it takes nothing. */
export function textOf(file: string): string {
  try {
    return readTextFile(file);
  } catch {
    return "";
  }
}
