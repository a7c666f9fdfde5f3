/** Proposes the checks of a repository by its files. Nothing is run, and what the files say is data. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fieldsOf, parseJson, textOf } from "#core/json.ts";
import { type Workspace, workspaceAt } from "#platform/workspace.ts";

/** Most bytes of a file that are read. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Most files of tests that are looked into. */
const MAX_TESTS = 20;

/** What is known of a repository while checks are proposed. */
interface Repository {
  readonly root: string;
  readonly names: ReadonlySet<string>;
  /** The text of a file, empty when it is not there, a link, or not a file. */
  readonly read: (path: string) => Promise<string>;
}

type Detector = (repository: Repository) => Promise<readonly string[]>;

/**
 * The commands that a repository seems to be checked with, for a person to confirm. They are made of fixed words: of what
 * the files say, only the presence of known names counts.
 *
 * @param root top folder of the repository, or of a copy of it; hostile.
 * @param tooLarge receives each file that is larger than 4 MiB and is not looked into.
 */
export async function detectChecks(
  root: string,
  tooLarge: (path: string) => void = () => undefined,
): Promise<readonly string[]> {
  const entries = await readdir(root).catch(() => []);
  const files = workspaceAt(root);
  const repository: Repository = {
    root,
    names: new Set(entries),
    read: (path) => readText(files, path, tooLarge),
  };
  const proposed: string[] = [];
  for (const detect of DETECTORS) proposed.push(...(await detect(repository)));
  // A Makefile usually calls what was found already.
  return proposed.length > 0 ? proposed : await makeChecks(repository);
}

async function readText(
  files: Workspace,
  path: string,
  tooLarge: (path: string) => void,
): Promise<string> {
  const file = await files.read(path, MAX_BYTES).catch(() => undefined);
  // Half a file may be none of its kind, or say something else.
  if (file !== undefined && file.bytes > MAX_BYTES) {
    tooLarge(path);
    return "";
  }
  return new TextDecoder().decode(file?.data);
}

const DETECTORS: readonly Detector[] = [
  scriptChecks,
  pythonChecks,
  async ({ names }) => (names.has("Cargo.toml") ? ["cargo test --offline"] : []),
  async ({ names }) => (names.has("go.mod") ? ["go test ./..."] : []),
  async ({ names }) => (names.has("pom.xml") ? ["mvn -o -q test"] : []),
  gradleChecks,
];

async function gradleChecks({ names }: Repository): Promise<readonly string[]> {
  if (names.has("gradlew")) return ["./gradlew --offline test"];
  const isGradle = ["build.gradle", "build.gradle.kts"].some((name) => names.has(name));
  return isGradle ? ["gradle --offline test"] : [];
}

const SCRIPTS = ["test", "lint", "typecheck"] as const;
/** What `npm init` writes. */
const NO_TEST = /no test specified/;

async function scriptChecks({ names, read }: Repository): Promise<readonly string[]> {
  const isBun = ["bun.lock", "bun.lockb", "bunfig.toml"].some((name) => names.has(name));
  const scripts = fieldsOf(fieldsOf(parseJson(await read("package.json")))["scripts"]);
  const found = SCRIPTS.filter((name) => {
    const script = textOf(scripts[name]);
    return script.trim() !== "" && !NO_TEST.test(script);
  });
  const run = isBun
    ? "bun run"
    : names.has("pnpm-lock.yaml")
      ? "pnpm run"
      : names.has("yarn.lock")
        ? "yarn run"
        : "npm run --silent";
  const commands = found.map((name) => `${run} ${name}`);
  return isBun && !found.includes("test") ? ["bun test", ...commands] : commands;
}

const PYTHON_FILES = ["pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "pytest.ini"] as const;
const REQUIREMENTS = /^requirements.*\.(?:txt|in)$|^Pipfile$/;

async function pythonChecks(repository: Repository): Promise<readonly string[]> {
  const { names, read } = repository;
  const folder = ["tests", "test", "."].find((name) => name === "." || names.has(name)) ?? ".";
  const tests = await testFiles(repository.root, folder);
  const isPython = tests.length > 0 || PYTHON_FILES.some((name) => names.has(name));
  if (!isPython) return [];
  if (names.has("pytest.ini") || names.has("conftest.py")) return [PYTEST];
  const settingsFiles = [...PYTHON_FILES, ...[...names].filter((name) => REQUIREMENTS.test(name))];
  const settings = await Promise.all(settingsFiles.slice(0, MAX_TESTS).map(read));
  if (settings.some((text) => /\bpytest\b/.test(text))) return [PYTEST];
  const sources = await Promise.all(tests.map(read));
  if (sources.length === 0) return [];
  const isUnittest = sources.every((source) => /^\s*(?:import|from) unittest\b/m.test(source));
  if (!isUnittest) return [PYTEST];
  // Without -v it names only the tests that fail.
  return [folder === "." ? UNITTEST : `${UNITTEST} -s ${folder}`];
}

const PYTEST = "python3 -m pytest -q";
const UNITTEST = "python3 -m unittest discover -v";

async function testFiles(root: string, folder: string): Promise<readonly string[]> {
  const entry = await lstat(join(root, folder)).catch(() => undefined);
  // A link could lead anywhere.
  if (entry?.isDirectory() !== true) return [];
  const names = await readdir(join(root, folder)).catch(() => []);
  return names
    .filter((name) => /^test.*\.py$|_test\.py$/.test(name))
    .sort()
    .slice(0, MAX_TESTS)
    .map((name) => (folder === "." ? name : `${folder}/${name}`));
}

async function makeChecks({ names, read }: Repository): Promise<readonly string[]> {
  const name = ["GNUmakefile", "makefile", "Makefile"].find((one) => names.has(one));
  if (name === undefined) return [];
  const text = await read(name);
  const target = ["test", "check"].find((one) => new RegExp(`^${one}\\s*:(?!=)`, "m").test(text));
  return target === undefined ? [] : [`make ${target}`];
}
