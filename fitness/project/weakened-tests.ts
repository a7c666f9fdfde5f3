/** P2: what a candidate takes away from the tests. Nothing of it is refused: tests do change, and a person looks. */
import { counted } from "#core/text/counted.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { fewOf, type ProjectFinding, quoted, type Severity } from "./finding.ts";
import { type ChangedTrees, type NamedChange, namedChanges, type TreeRules } from "./judge-tree.ts";
import { namesOf, withNewNames } from "./new-names.ts";
import { silencedIn } from "./silenced-lines.ts";
import { isStronger } from "./stronger-claims.ts";
import {
  isCode,
  missingFrom,
  type OwnedMatch,
  runnerOf,
  type TestKind,
  type TestSyntax,
  type TextMatch,
  testKind,
  testSyntax,
} from "./test-syntax.ts";
import { exitsOf, trapsOf } from "./test-traps.ts";

/** Largest file in bytes that is compared; of a larger one P0 speaks. */
const LARGE_BYTES = 1024 * 1024;

/** Both versions of a file; one that is not there is empty. */
interface Versions {
  readonly path: string;
  readonly status: NamedChange["status"];
  readonly kind: TestKind | undefined;
  readonly before: string;
  readonly after: string;
}

/** A version of a file of tests: each list has what can be missing in the other version, in words. */
interface Side {
  readonly names: readonly string[];
  readonly claims: readonly string[];
  readonly markers: readonly string[];
  readonly traps: readonly string[];
}

interface ComparedFile extends Versions {
  readonly old: Side;
  readonly now: Side;
  /** How an assertion of the old version was written, by its claim. */
  readonly sources: ReadonlyMap<string, string>;
}

/** @throws {OrgError} `PROCESS_FAILED` when Git fails. */
export async function weakenedTests(
  trees: ChangedTrees,
  { cleaner, signal }: TreeRules,
): Promise<readonly ProjectFinding[]> {
  const versions = await versionsOf(trees, signal);
  const lost = lostNames(versions);
  const read = versions
    .filter(({ kind }) => kind === "tests")
    .map((file) => readVersions(file, lost));
  const testNames = new Set(read.flatMap(({ old }) => old.names.map(({ text }) => text)));
  const files = read.map((file) => compared(file, testNames));
  return [
    ...files.flatMap((file) => fileFindings(file, movedFor(file, files), cleaner)),
    ...versions.flatMap(expectationFindings),
    ...exitFindings(versions),
    ...silencedFindings(versions),
  ];
}

interface ReadFile extends Versions {
  readonly old: TestSyntax;
  readonly now: TestSyntax;
}

/** Names that the program had and has no more. */
function lostNames(versions: readonly Versions[]): ReadonlySet<string> {
  const program = versions.filter(({ kind, path }) => kind === undefined && isCode(path));
  const retained = new Set(program.flatMap(({ after }) => [...namesOf(after)]));
  const had = program.flatMap(({ before }) => [...namesOf(before)]);
  return new Set(had.filter((name) => !retained.has(name) && !/(?:Error|Exception)$/.test(name)));
}

function readVersions(file: Versions, lost: ReadonlySet<string>): ReadFile {
  const before = withNewNames(file.before, file.after, lost);
  const { path, after } = file;
  return { ...file, before, old: testSyntax(before, path), now: testSyntax(after, path) };
}

/** @param testNames names of all tests before: what stands in a new test takes nothing from them. */
function compared(file: ReadFile, testNames: ReadonlySet<string>): ComparedFile {
  const { path, before, after, old, now } = file;
  const isIn = ({ test }: OwnedMatch): boolean =>
    test === undefined ? before !== "" : testNames.has(test);
  const texts = (matches: readonly TextMatch[]): readonly string[] =>
    matches.map((match) => match.text);
  const side = (text: string, syntax: TestSyntax): Side => ({
    names: texts(syntax.names),
    claims: syntax.assertions.map(({ claim }) => claim),
    markers: texts(syntax.markers),
    traps: texts([...syntax.replaced.filter(isIn), ...trapsOf(text, path, syntax.assertions)]),
  });
  const sources = new Map(old.assertions.map((one) => [one.claim, one.source]));
  return { ...file, old: side(before, old), now: side(after, now), sources };
}

/** What one file loses and another gets has moved, if the same runners find it there. */
interface Moved {
  readonly names: readonly string[];
  readonly claims: readonly string[];
  /** What other files lose. */
  readonly markers: readonly string[];
  readonly traps: readonly string[];
}

function movedFor({ path }: Versions, files: readonly ComparedFile[]): Moved {
  const found = files.filter(
    (file) => runnerOf(file.path) === runnerOf(path) || runnerOf(path) === -1,
  );
  return {
    names: found.flatMap(({ old, now }) => missingFrom(old.names, now.names)),
    claims: found.flatMap(({ old, now }) => missingFrom(old.claims, now.claims)),
    markers: files.flatMap(({ old, now }) => missingFrom(now.markers, old.markers)),
    traps: files.flatMap(({ old, now }) => missingFrom(now.traps, old.traps)),
  };
}

async function versionsOf(
  { repository, changes }: ChangedTrees,
  signal: AbortSignal,
): Promise<readonly Versions[]> {
  const isFile = (mode: string): boolean => mode.startsWith("100");
  const named = namedChanges(changes);
  const ids = named.flatMap(({ oldMode, oldId, newMode, newId }) => [
    ...(isFile(oldMode) ? [oldId] : []),
    ...(isFile(newMode) ? [newId] : []),
  ]);
  const blobs = await readSmallBlobs(repository, ids, { maxEach: LARGE_BYTES, signal });
  const textOf = (mode: string, id: string): string =>
    isFile(mode) ? new TextDecoder().decode(blobs.get(id)) : "";
  return named.map(({ path, status, oldMode, oldId, newMode, newId }) => {
    const [before, after] = [textOf(oldMode, oldId), textOf(newMode, newId)];
    return { path, status, before, after, kind: testKind(path, before) ?? testKind(path, after) };
  });
}

function finding(severity: Severity, path: string, text: string): ProjectFinding {
  return { stage: "P2", severity, path, text: `${quoted(path)} ${text}` };
}

function fileFindings(
  file: ComparedFile,
  moved: Moved,
  cleaner: TextCleaner,
): readonly ProjectFinding[] {
  const { path, status, old, now } = file;
  const quotedLines = (lines: readonly string[]): string =>
    fewOf(lines.map((line) => quoted(cleaner.clean(line).slice(0, 100))));
  const names = missingFrom(moved.names, missingFrom(now.names, old.names));
  const markers = missingFrom(moved.markers, missingFrom(old.markers, now.markers));
  const traps = missingFrom(moved.traps, missingFrom(old.traps, now.traps));
  const lost = missingFrom(moved.claims, lostClaims(old.claims, now.claims));
  const findings: ProjectFinding[] = [];
  const hold = (text: string): number => findings.push(finding("held", path, text));
  if (names.length > 0) hold(`no longer has the tests ${quotedLines(names)}.`);
  if (markers.length > 0) hold(`keeps tests from counting with ${quotedLines(markers)}.`);
  if (traps.length > 0) hold(`can pass whatever it asserts: ${quotedLines(traps)}.`);
  if (lost.length > 0) {
    const lines = lost.map((claim) => file.sources.get(claim) ?? claim);
    hold(`lacks ${counted(lost.length, "assertion")} as it was before: ${quotedLines(lines)}.`);
  }
  if (status === "D" && findings.length === 0 && old.names.length === 0) {
    hold("belonged to the tests and is removed.");
  }
  return findings;
}

/** Claims that are gone, but for those in whose place a stronger one stands; each new claim replaces one. */
function lostClaims(old: readonly string[], now: readonly string[]): readonly string[] {
  const fresh = [...missingFrom(old, now)];
  return missingFrom(now, old).filter((claim) => {
    const at = fresh.findIndex((one) => isStronger(claim, one));
    if (at >= 0) fresh.splice(at, 1);
    return at < 0;
  });
}

function expectationFindings({ path, status, kind }: Versions): readonly ProjectFinding[] {
  if (kind !== "expectation" || status === "A") return [];
  const verb = status === "D" ? "is removed" : "changes";
  return [finding("held", path, `${verb}, and tests compare with it or read it.`)];
}

function exitFindings(versions: readonly Versions[]): readonly ProjectFinding[] {
  const text = "gets code that ends its process as if all were well";
  return addedFindings(versions, exitsOf, (few) => `${text}: ${few}.`);
}

function silencedFindings(versions: readonly Versions[]): readonly ProjectFinding[] {
  return addedFindings(versions, silencedIn, (few, count) => {
    return `gets ${counted(count, "comment")} to silence a checker: ${few}.`;
  });
}

/** Holds each file of code that gets something that no other file loses. */
function addedFindings(
  versions: readonly Versions[],
  read: (text: string, path: string) => readonly string[],
  say: (few: string, count: number) => string,
): readonly ProjectFinding[] {
  const files = versions
    .filter(({ path }) => isCode(path))
    .map(({ path, before, after }) => ({ path, old: read(before, path), now: read(after, path) }));
  const lost = files.flatMap(({ old, now }) => missingFrom(now, old));
  return files.flatMap(({ path, old, now }) => {
    const added = missingFrom(lost, missingFrom(old, now));
    const few = fewOf(added.map(quoted));
    return added.length === 0 ? [] : [finding("held", path, say(few, added.length))];
  });
}
