/** P2: what a candidate takes away from the tests. Nothing of it is refused: tests do change, and a person looks. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { countOf, fewOf, type ProjectFinding, quoted, type Severity } from "./finding.ts";
import { type ChangedTrees, type NamedChange, namedChanges, type TreeRules } from "./judge-tree.ts";
import {
  missingFrom,
  silencedLines,
  type TestKind,
  type TestSyntax,
  testKind,
  testSyntax,
} from "./test-syntax.ts";

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

interface ComparedFile extends Versions {
  readonly old: TestSyntax;
  readonly now: TestSyntax;
}

/** @throws {OrgError} `PROCESS_FAILED` when Git fails. */
export async function weakenedTests(
  trees: ChangedTrees,
  { cleaner, signal }: TreeRules,
): Promise<readonly ProjectFinding[]> {
  const versions = await versionsOf(trees, signal);
  const files = versions
    .filter(({ kind }) => kind === "tests")
    .map((one) => ({ ...one, old: testSyntax(one.before), now: testSyntax(one.after) }));
  // What one file loses and another gets has moved.
  const gained = {
    names: files.flatMap(({ old, now }) => missingFrom(old.names, now.names)),
    assertions: files.flatMap(({ old, now }) => missingFrom(old.assertions, now.assertions)),
  };
  return [
    ...files.flatMap((file) => fileFindings(file, gained, cleaner)),
    ...versions.flatMap(expectationFindings),
    ...versions.flatMap(silencedFindings),
  ];
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

interface Gained {
  readonly names: readonly string[];
  readonly assertions: readonly string[];
}

function fileFindings(
  { path, status, old, now }: ComparedFile,
  gained: Gained,
  cleaner: TextCleaner,
): readonly ProjectFinding[] {
  const shown = (lines: readonly string[]): string =>
    fewOf(lines.map((line) => quoted(cleaner.clean(line).slice(0, 100))));
  const names = missingFrom(gained.names, missingFrom(now.names, old.names));
  const markers = missingFrom(old.markers, now.markers);
  const assertions = missingFrom(gained.assertions, missingFrom(now.assertions, old.assertions));
  const findings: ProjectFinding[] = [];
  const hold = (text: string): number => findings.push(finding("held", path, text));
  if (names.length > 0) hold(`no longer has the tests ${shown(names)}.`);
  if (markers.length > 0) hold(`keeps tests from counting with ${shown(markers)}.`);
  if (assertions.length > 0) {
    hold(
      `lacks ${countOf(assertions.length, "assertion")} as it was before: ${shown(assertions)}.`,
    );
  }
  if (status === "D" && findings.length === 0 && old.names.length === 0) {
    hold("belonged to the tests and is removed.");
  }
  return findings;
}

function expectationFindings({ path, status, kind }: Versions): readonly ProjectFinding[] {
  if (kind !== "expectation" || status === "A") return [];
  const verb = status === "D" ? "is removed" : "changes";
  return [finding("held", path, `${verb}, and tests compare with it or read it.`)];
}

function silencedFindings({ path, before, after }: Versions): readonly ProjectFinding[] {
  const count = missingFrom(silencedLines(before), silencedLines(after)).length;
  if (count === 0) return [];
  return [finding("note", path, `gets ${countOf(count, "comment")} to silence a checker.`)];
}
