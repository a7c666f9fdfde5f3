/**
 * What a file of tests holds, by patterns: names of tests, markers that keep tests from counting, and assertions. It is a
 * reader's help and no proof: what it misses, the runner's own names show. Every pattern is bounded, because files are
 * hostile.
 */
import { type Assertion, assertionsOf } from "./assertions.ts";
import { CODE, COMMENT, kindsOf } from "./code-text.ts";

/** What a pattern matched in a file, and where. */
export interface TextMatch {
  readonly text: string;
  readonly at: number;
}

/** A match in a test, or outside of tests. */
export interface OwnedMatch extends TextMatch {
  readonly test: string | undefined;
}

/** What is compared between two versions of a file. */
export interface TestSyntax {
  readonly names: readonly TextMatch[];
  /** Such as `test.skip`, one for each match. */
  readonly markers: readonly TextMatch[];
  /** Such as `mock.module`, with the name of the test that it stands in, where there is one. */
  readonly replaced: readonly OwnedMatch[];
  readonly assertions: readonly Assertion[];
}

const TEST_FILE =
  /(?:[._-](?:test|tests|spec|cy|e2e)\.\w+$)|(?:^|\/)(?:test_[^/]*\.py|[^/]*_test\.(?:py|go|rb|exs|dart)|[^/]*(?:Test|Tests|IT|Spec)\.(?:java|kt|scala|groovy|cs|php|swift))$/;
const TEST_FOLDER =
  /(?:^|\/)(?:tests?|specs?|__tests__|__snapshots__|__fixtures__|testdata|e2e|features)\//i;
const CODE_FILE =
  /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|groovy|cs|php|swift|c|cc|cpp|h|hpp|sh|bats|ex|exs|lua|dart)$/i;

/** `tests`: code with tests or for tests. `expectation`: what tests compare with or read. */
export type TestKind = "tests" | "expectation";

/** @param text of the file, which tells of Rust alone: there tests stand beside what they test. */
export function testKind(path: string, text: string | undefined): TestKind | undefined {
  if (/\.snap$/.test(path)) return "expectation";
  if (TEST_FILE.test(path)) return "tests";
  if (TEST_FOLDER.test(path)) return CODE_FILE.test(path) ? "tests" : "expectation";
  return path.endsWith(".rs") && text !== undefined && /#\[(?:cfg\()?test\b/.test(text)
    ? "tests"
    : undefined;
}

/** Whether a file is code by its name. */
export function isCode(path: string): boolean {
  return CODE_FILE.test(path);
}

/** The kinds of names that runners look for: a test that leaves its kind is not found any more. */
const RUNNERS: readonly RegExp[] = [
  /[._](?:test|spec)\.[cm]?[jt]sx?$/,
  /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/,
  /[._-](?:cy|e2e|tests)\.\w+$/,
  TEST_FILE,
];

/** Which runners find a file, as a number; the same for files that are found in the same way. */
export function runnerOf(path: string): number {
  // Runners pass over what is installed, and what is hidden.
  if (/(?:^|\/)(?:node_modules|\.[^/]+|dist|build|target)\//.test(path)) return -2;
  return RUNNERS.findIndex((pattern) => pattern.test(path));
}

const SCRIPT_NAME =
  /(?:\b(?:test|it|specify)(?:\.\w{1,20}){0,3}(?:\([^()]{0,200}\))?|\](?:\s{1,3}as const)?,?\s{0,60}\))\(\s{0,60}(["'`])((?:\\.|(?!\1)[^\\\n]){1,300})\1/g;
const FUNCTION_NAME =
  /^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)[ \t]*\(|^func[ \t]+((?:Test|Fuzz|Example)\w*)\(/gm;
/** A line that says that the next function is a test. */
const ANNOUNCED =
  /^[ \t]*(?:#\[(?:\w+::)?(?:test|rstest|test_case)\b|@(?:Test|ParameterizedTest|RepeatedTest)\b|\[(?:Fact|Theory|Test)\b)[^\n]{0,300}\n(?:[ \t]*[#@[][^\n]{0,300}\n){0,10}[^\n]{0,200}?\b(?:fn|fun|void|func|def|Task)[ \t]+`?([\w$ ]{1,200}?)`?[ \t]*[(<]/gm;

const MARKERS: readonly RegExp[] = [
  /\b(?:test|it|describe|suite|context|specify)(?:\.(?:skip|only|todo|failing|fails|fixme|skipIf|todoIf|runIf|if)\b|\[["'](?:skip|only|todo|failing)["']\])/g,
  /(?<![.\w])(?:xit|xtest|xdescribe|fit|fdescribe|xspecify|pending)(?=\s?\()|\b(?:todo|only)(?=\s?:\s?(?:true|["'`]))|\bskip(?=\s?:\s?(?!false\b))|\b(?:retry|retries)(?=\s?:\s?[1-9])/g,
  /@(?:pytest\.mark|unittest)\.(?:skip\w{0,10}|xfail|expectedFailure|flaky)|\bpytest\.(?:skip|xfail|importorskip|exit)(?=\()|\bself\.skipTest(?=\()|\bpytestmark\b|\b__test__\b|^[ \t]*del [tT]est\w*|\bcollect_ignore\w{0,6}\b|\bload_tests\b/gm,
  /\b[tb]\.(?:Skip\w{0,3}|skip|todo)(?=\()|\btesting\.Short(?=\()|^func TestMain(?=\()/gm,
  /#\[(?:ignore|should_panic)\b|#!?\[cfg\((?:any\(\)|not\(test\)|feature)|@(?:Ignore|Disabled\w{0,20})\b|\b(?:Assume\.|assum(?:e|ing)(?:True|False|That)(?=\())|\bSkip(?=\s?=\s?")|^[ \t]*skip\b(?=[ \t]*(?:$|["']))/gm,
];
/** What puts something else in the place of what is tested. */
const REPLACES: readonly RegExp[] = [
  /\b(?:mock|jest|vi)\.(?:module|mock|doMock|unstable_mockModule)(?=\()|\bmonkeypatch\.set\w{1,10}(?=\()|\bpatch(?:\.(?:object|dict))?(?=\()|\bsinon\.stub\b|\.mock(?:Return|Resolved|Implementation)\w{0,10}(?=\()|\bretryTimes(?=\()/g,
];
/** What is a comment, and is obeyed all the same. */
const BUILD_TAG = /^\/\/\s?(?:go:build|\+build)\b[^\n]{0,200}/gm;

export function testSyntax(text: string, path: string): TestSyntax {
  const kinds = kindsOf(text, path);
  const visibleText = visible(text, kinds);
  const names = namesIn(visibleText, kinds);
  const find = (patterns: readonly RegExp[]): readonly TextMatch[] =>
    patterns.flatMap((pattern) => matchesOf(visibleText, pattern, kinds));
  const tags = /\.go$/.test(path) ? matchesOf(text, BUILD_TAG) : [];
  const markers = [...find(MARKERS), ...tags];
  const replaced = find(REPLACES).map((match) => ({
    ...match,
    test: testAt(visibleText, match, names),
  }));
  return { names, markers, replaced, assertions: assertionsOf(text, kinds) };
}

/** Without comments, and without texts of many lines: a test that is in one is gone. */
export function visible(text: string, kinds: Uint8Array): string {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const start = at;
    const kind = kinds[at];
    while (at < text.length && kinds[at] === kind) at += 1;
    const part = text.slice(start, at);
    const isHidden = kind === COMMENT || (kind !== CODE && part.includes("\n"));
    result += isHidden ? part.replace(/[^\n]/g, " ") : part;
  }
  return result;
}

function namesIn(visibleText: string, kinds: Uint8Array): readonly TextMatch[] {
  const found = [SCRIPT_NAME, FUNCTION_NAME, ANNOUNCED].flatMap((pattern) =>
    [...visibleText.matchAll(pattern)]
      .filter(({ index }) => kinds[index] === CODE)
      .map((match) => ({
        text: (match[2] ?? match[1] ?? "").trim(),
        at: match.index + match[0].length,
      })),
  );
  return found.sort((a, b) => a.at - b.at);
}

/** Where a pattern fits; with `kinds`, only in code. */
export function matchesOf(text: string, pattern: RegExp, kinds?: Uint8Array): readonly TextMatch[] {
  return [...text.matchAll(pattern)]
    .filter(({ index }) => kinds === undefined || kinds[index] === CODE)
    .map(({ 0: found, index }) => ({ text: found.trim(), at: index }));
}

/** The test that a match belongs to: the next one for what stands above a test, else the last one that began. */
function testAt(text: string, { at }: TextMatch, names: readonly TextMatch[]): string | undefined {
  const isAbove = /(?:^|\n)[ \t]*[@#[][^\n]*$/.test(text.slice(Math.max(0, at - 200), at + 1));
  const end = at + text.slice(at, at + 300).search(/\n|$/);
  const next = firstAfter(names, isAbove ? at : end);
  return names[isAbove ? next : next - 1]?.text;
}

/** The index of the first match behind an offset; the matches are in order. */
function firstAfter(matches: readonly TextMatch[], at: number): number {
  let [low, high] = [0, matches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((matches[middle]?.at ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What one list has more of than another, each as often as it is missing there. */
export function missingFrom(less: readonly string[], more: readonly string[]): readonly string[] {
  const remaining = new Map<string, number>();
  for (const one of less) remaining.set(one, (remaining.get(one) ?? 0) + 1);
  return more.filter((one) => {
    const count = remaining.get(one) ?? 0;
    remaining.set(one, count - 1);
    return count <= 0;
  });
}
