/**
 * What a file of tests holds, by patterns: names of tests, markers that keep tests from counting, and assertions. It is a
 * reader's help and no proof: what it misses, the runner's own names show. Every pattern is bounded, because files are
 * hostile.
 */

/** What is compared between two versions of a file. */
export interface TestSyntax {
  readonly names: readonly string[];
  /** Such as `test.skip`, one for each place. */
  readonly markers: readonly string[];
  /** Each from its first word to the end of its line. */
  readonly assertions: readonly string[];
}

const TEST_FILE =
  /(?:[._-](?:test|tests|spec|cy|e2e)\.\w+$)|(?:^|\/)(?:test_[^/]*\.py|[^/]*_test\.(?:py|go|rb|exs|dart)|[^/]*(?:Test|Tests|IT|Spec)\.(?:java|kt|scala|groovy|cs|php|swift))$/;
const TEST_FOLDER =
  /(?:^|\/)(?:tests?|specs?|__tests__|__snapshots__|__fixtures__|testdata|e2e|features)\//i;
const CODE =
  /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|kts|scala|groovy|cs|php|swift|c|cc|cpp|h|hpp|sh|bats|ex|exs|lua|dart)$/i;

/** `tests`: code with tests or for tests. `expectation`: what tests compare with or read. */
export type TestKind = "tests" | "expectation";

/** @param text of the file, which tells of Rust alone: there tests stand beside what they test. */
export function testKind(path: string, text: string | undefined): TestKind | undefined {
  if (/\.snap$/.test(path)) return "expectation";
  if (TEST_FILE.test(path)) return "tests";
  if (TEST_FOLDER.test(path)) return CODE.test(path) ? "tests" : "expectation";
  return path.endsWith(".rs") && text !== undefined && /#\[(?:cfg\()?test\b/.test(text)
    ? "tests"
    : undefined;
}

const SCRIPT_NAME =
  /\b(?:test|it|specify)(?:\.\w{1,20}){0,3}\(\s{0,20}(["'`])((?:\\.|(?!\1)[^\\\n]){1,300})\1/g;
const NAMES: readonly RegExp[] = [
  /^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)[ \t]*\(/,
  /^func[ \t]+((?:Test|Fuzz|Example)\w*)\(/,
];
/** A line that says that the next function is a test. */
const ANNOUNCES =
  /^[ \t]*(?:#\[(?:\w+::)?(?:test|rstest|test_case)\b|@(?:Test|ParameterizedTest|RepeatedTest)\b|\[(?:Fact|Theory|Test)\b)/;
const FUNCTION = /\b(?:fn|fun|void|func|def|Task)[ \t]+`?([\w$ ]{1,200}?)`?[ \t]*[(<]/;

const MARKER =
  /\b(?:test|it|describe|suite|context|specify)\.(?:skip|only|todo|failing|fails|fixme|skipIf|todoIf|runIf)\b|(?<![.\w])(?:xit|xtest|xdescribe|fit|fdescribe|xspecify)(?=\s?\()|\b(?:skip|todo|only)(?=\s?:\s?(?:true|["'`]))|@(?:pytest\.mark|unittest)\.(?:skip\w{0,10}|xfail|expectedFailure)|\bpytest\.(?:skip|xfail|importorskip)(?=\()|\bself\.skipTest(?=\()|\b[tb]\.(?:Skip\w{0,3}|skip|todo)(?=\()|\btesting\.Short(?=\()|#\[ignore\b|@(?:Ignore|Disabled\w{0,20})\b|\bcollect_ignore\w{0,6}\b|\bSkip(?=\s?=\s?")/g;
const ASSERTION =
  /\bexpect\w{0,20}\s?[.(]|\bassert\w{0,40}\s?[.(!]|\bassert\s|\bt\.(?:Error|Fatal|Fail)\w{0,6}\(|\brequire\.\w{1,30}\(|\bpytest\.raises\b|\.should\b|\bverify\(/;
const SILENCED =
  /@ts-(?:ignore|nocheck|expect-error)|(?:eslint|oxlint|tslint)[-:]disable|biome-ignore|#\s?type:\s?ignore|#\s?noqa|#\s?pylint:\s?disable|\/\/\s?nolint|#!?\[allow\(|@SuppressWarnings|istanbul ignore|c8 ignore|pragma:\s?no cover|prettier-ignore|shellcheck disable/;

/** Longest line that is looked at, in characters. */
const MAX_LINE = 2000;

export function testSyntax(text: string): TestSyntax {
  const names: string[] = [];
  const markers: string[] = [];
  const assertions: string[] = [];
  let isAnnounced = false;
  for (const line of codeLines(text)) {
    for (const [, , name = ""] of line.matchAll(SCRIPT_NAME)) names.push(name);
    const ofFunction: string | undefined = isAnnounced ? FUNCTION.exec(line)?.[1] : undefined;
    const name = NAMES.map((one) => one.exec(line)?.[1]).find((one) => one !== undefined);
    if (name !== undefined || ofFunction !== undefined)
      names.push((name ?? ofFunction ?? "").trim());
    isAnnounced = ANNOUNCES.test(line) || (isAnnounced && ofFunction === undefined);
    for (const [marker] of line.matchAll(MARKER)) markers.push(marker);
    const assertion = ASSERTION.exec(line);
    if (assertion !== null) assertions.push(line.slice(assertion.index).trim());
  }
  return { names, markers, assertions };
}

/** Lines that keep a linter, a type checker or a coverage from looking. */
export function silencedLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.slice(0, MAX_LINE).trim())
    .filter((line) => SILENCED.test(line));
}

/** Without the lines that are comments: a test that is commented out is gone. */
function codeLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.slice(0, MAX_LINE))
    .filter((line) => !/^\s{0,200}(?:\/\/|\/\*|\*|#(?!\[))/.test(line));
}

/** What one list has more of than another, each as often as it is missing there. */
export function missingFrom(less: readonly string[], more: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const one of less) left.set(one, (left.get(one) ?? 0) + 1);
  return more.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
