/**
 * P0: files that a check of the user starts, or that its settings load. A candidate that changes one decides what the
 * check says, whatever the file is called. Only the user's own version is asked: of a candidate's settings P0 tells by name.
 */
import { posix } from "node:path";
import { fieldsOf, parseJson, textOf } from "#core/json.ts";
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { readTreeEntries } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import {
  asFile,
  MAX_LINE,
  measuredBy,
  startedBy,
  startsPrograms,
  tokensOf,
} from "./command-lines.ts";
import { type ProjectFinding, quoted } from "./finding.ts";
import { isSettings } from "./held-names.ts";
import { type ChangedTrees, type NamedChange, namedChanges } from "./judge-tree.ts";
import { testSyntax } from "./test-syntax.ts";

/** Most files of settings that are read, and the largest in bytes. */
const MAX_SETTINGS = 100;
const MAX_BYTES = 256 * 1024;

/** A file as something names it, and what names it. */
interface Call {
  readonly name: string;
  /** As part of a sentence. */
  readonly by: string;
  /** What it prints is taken for the measure, tests or not. @default false */
  readonly isMeasure?: boolean | undefined;
}

interface Calling {
  /** The command lines of the user. */
  readonly checks: readonly string[];
  /** @default none */
  readonly measure?: string | undefined;
  readonly signal: AbortSignal;
}

/** @throws {OrgError} `PROCESS_FAILED` when Git fails. */
export async function calledFiles(
  trees: ChangedTrees,
  { checks, measure, signal }: Calling,
): Promise<readonly ProjectFinding[]> {
  const { repository, base } = trees;
  const calls = new Map<string, Call>();
  const add = (call: Call): unknown => calls.set(call.name, calls.get(call.name) ?? call);
  const settings = await settingsOf({ repository, base }, signal);
  if (measure !== undefined) {
    const by = `the measure ${quoted(measure)}`;
    for (const name of measuredBy(measure)) add({ name, by, isMeasure: true });
    for (const { path, text } of settings) {
      for (const name of measuredIn(path, text, measure)) {
        add({ name: posix.join(posix.dirname(path), name), by: quoted(path), isMeasure: true });
      }
    }
  }
  for (const check of checks) {
    for (const name of startedBy(check)) add({ name, by: `the check ${quoted(check)}` });
  }
  for (const { path, text } of settings) {
    for (const name of namedIn(path, text, checks)) {
      add({ name: posix.join(posix.dirname(path), name), by: quoted(path) });
    }
  }
  const called = namedChanges(trees.changes).flatMap((change) => {
    const by = namesFor(change.path).map((name) => calls.get(name));
    const first = by.find((one) => one !== undefined);
    return first === undefined ? [] : [{ ...change, ...first }];
  });
  const ids = called.filter(({ oldMode }) => oldMode.startsWith("100")).map(({ oldId }) => oldId);
  const blobs = await readSmallBlobs(repository, ids, { maxEach: MAX_BYTES, signal });
  return called
    .filter(({ path, oldId, isMeasure }) => isMeasure || !holdsTests(path, blobs.get(oldId)))
    .map((change) => finding(change, change.by));
}

/** Of a file that holds tests, P2 tells what is taken from them. */
function holdsTests(path: string, bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && testSyntax(new TextDecoder().decode(bytes), path).names.length > 0;
}

function finding({ path, status }: NamedChange, by: string): ProjectFinding {
  const verb = status === "A" ? "is new" : status === "D" ? "is removed" : "changes";
  const text = `${quoted(path)} ${verb}, and ${by} starts or loads it.`;
  return { stage: "P0", severity: "held", path, text };
}

/** All ways to name a file: with and without what a runner adds to a name, and by a pattern in one of its folders. */
function namesFor(path: string): readonly string[] {
  const lower = path.toLowerCase();
  const bare = lower.replace(/\.[a-z]{1,4}$/, "");
  const isMain = /\/(?:(?:index|__init__|__main__)(?:\.[a-z]{1,4})?|main\.go)$/.test(lower);
  const folder = isMain ? [posix.dirname(lower)] : [];
  const parts = lower.split("/").slice(0, -1);
  const patterns = parts.map((_, depth) => `${parts.slice(0, depth + 1).join("/")}/*`);
  return [lower, bare, ...folder, ...(parts.length === 0 ? ["*"] : patterns)];
}

async function settingsOf(
  { repository, base }: Pick<ChangedTrees, "repository" | "base">,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const settings = readTreeEntries(await treeListing(repository, base, { signal }))
    .flatMap(({ mode, objectId, path }) =>
      path !== undefined && mode.startsWith("100") && isSettings(path) ? [{ objectId, path }] : [],
    )
    // Those of the repository itself come before those of its parts.
    .sort((a, b) => a.path.split("/").length - b.path.split("/").length)
    .slice(0, MAX_SETTINGS);
  const ids = settings.map(({ objectId }) => objectId);
  const blobs = await readSmallBlobs(repository, ids, { maxEach: MAX_BYTES, signal });
  return settings.map(({ path, objectId }) => {
    const text = new TextDecoder().decode(blobs.get(objectId));
    return { path, text };
  });
}

const PACKAGE = /(?:^|\/)package\.json$/i;
/** Programs whose rules and tasks stand in a file of settings. */
const TASKS = /(?:^|[\s;&|(`])(?:g?make|just|task|tox|nox|poe|invoke|rake|mvn|gradle|ninja)\s/;

/** What a measure starts by the name of a script or of a rule. */
function measuredIn(path: string, text: string, measure: string): readonly string[] {
  if (PACKAGE.test(path)) return scriptsOf(text, [measure]).flatMap(measuredBy);
  if (SCRIPT.test(path) || !TASKS.test(`${measure} `)) return [];
  return linesOf(text).flatMap(commandIn).flatMap(startedBy);
}

function namedIn(path: string, text: string, checks: readonly string[]): readonly string[] {
  if (PACKAGE.test(path)) {
    return [...scriptsOf(text, checks).flatMap(startedBy), ...valuesOf(runnersIn(text))];
  }
  const lines = linesOf(text);
  // Recipes of make, commands of tox and of task runners.
  const commands = SCRIPT.test(path) ? [] : lines.flatMap(commandIn);
  return [
    ...commands.flatMap(startedBy),
    ...lines.flatMap(includedBy),
    ...valuesOf(lines),
    ...lines.filter((line) => /^\s*addopts\b/.test(line)).flatMap(startedBy),
  ];
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => line.slice(0, MAX_LINE));
}

const SCRIPT = /\.[cm]?[jt]sx?$|\.json$/i;
const COMMAND = /^(?:\s+(?:- )?|[\w-]+\s?=\s?(?=\S))(\S.*)$/;

/** Of make each line of a recipe is one; elsewhere a value is one if it begins like one. */
function commandIn(line: string): readonly string[] {
  if (line.startsWith("\t")) return [line];
  const [, value = ""] = COMMAND.exec(line) ?? [];
  const plain = value.replace(/^["'\s]+/, "");
  return plain.startsWith("./") || startsPrograms(plain.split(/\s/)[0] ?? "") ? [plain] : [];
}

/** The settings of runners that stand among those of a package, a value a line. */
function runnersIn(text: string): readonly string[] {
  const settings = fieldsOf(parseJson(text));
  const runners = ["jest", "mocha", "ava", "tap", "nyc", "c8", "vitest", "babel"];
  return runners.flatMap((name) => {
    const fields = JSON.stringify(fieldsOf(settings[name]), undefined, 1);
    return fields.split("\n").map((line) => line.slice(0, MAX_LINE));
  });
}

/** The scripts that a check calls by their names, and those that these call. */
function scriptsOf(text: string, checks: readonly string[]): readonly string[] {
  const scripts = fieldsOf(fieldsOf(parseJson(text))["scripts"]);
  const reached = new Set<string>();
  const tokens = checks.flatMap(tokensOf);
  for (let word = tokens.shift(); word !== undefined; word = tokens.shift()) {
    const name = word === "t" ? "test" : word;
    for (const one of [`pre${name}`, name, `post${name}`]) {
      if (reached.has(one) || !Object.hasOwn(scripts, one)) continue;
      reached.add(one);
      tokens.push(...tokensOf(textOf(scripts[one])));
    }
  }
  return [...reached].map((name) => textOf(scripts[name]));
}

function includedBy(line: string): readonly string[] {
  const [, names] = /^[-s]?include\s+(.+)$/.exec(line) ?? [];
  return names === undefined ? [] : names.split(/\s+/).slice(0, 50).flatMap(asFile);
}

/** Names of settings whose values are files that run before or around tests. */
const LOADING =
  /(?:^|[\s{,("'])(?:preload|setup\w{0,20}|global(?:Setup|Teardown)|require|import|from|extends|runner|testRunner|testEnvironment|reporters?|transform|plugins?|build|pytest_plugins|snapshotSerializers)["']?\s?[:=(]?\s?\[?|^import\b/;

function valuesOf(lines: readonly string[]): readonly string[] {
  let isList = false;
  return lines.flatMap((line) => {
    const start = LOADING.exec(line);
    if (start === null && !isList) return [];
    const rest = start === null ? line : line.slice(start.index);
    isList = rest.includes("]") ? false : isList || rest.includes("[");
    return [...rest.matchAll(/["']([^"'\n]{1,200})["']/g)].flatMap(([, value = ""]) =>
      asFile(value),
    );
  });
}
