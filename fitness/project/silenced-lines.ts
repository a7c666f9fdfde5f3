/** Comments and attributes that keep a linter, a type checker, a scanner or a coverage from looking. */

const SILENCED: readonly RegExp[] = [
  /@ts-(?:ignore|nocheck|expect-error)\b|\b(?:eslint|oxlint|tslint|stylelint|markdownlint|jshint|jscs|rubocop|swiftlint|credo|phpcs|shellcheck|cspell|dprint|pylint|deno-lint|biome|prettier|coverage|istanbul|c8|v8)[-: ](?:disable|ignore)\b/,
  /#\s?(?:type|pyright|pyre|ruff|flake8|mypy|ty|isort|fmt|yapf|bandit):\s?(?:ignore|noqa|skip|off|disable|strict-optional)|#\s?(?:noqa|nosec|nosemgrep)\b|#\s?pylint:\s?disable|pragma:\s?no (?:cover|branch)/,
  /\/\/\s?(?:nolint|#nosec|lint:ignore|nosemgrep|staticcheck:ignore)|\bNOLINT\w*|\bNOSONAR\b|\bnoinspection\b|#!?\[(?:allow|expect)\(|#!?\[cfg_attr\([^\n]{0,100}\ballow\(|@(?:SuppressWarnings|Suppress|SuppressLint|SuppressFBWarnings|phpstan-ignore[\w-]*|psalm-suppress)\b|#pragma (?:warning disable|GCC diagnostic ignored|clang diagnostic ignored)|gitleaks:allow/,
];

/** Longest line that is looked at, in characters. */
const MAX_LINE = 2000;

/** One for each line that silences: what it silences, without the code before it and the reason behind it. */
export function silencedIn(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const part = line.slice(0, MAX_LINE);
    const starts = SILENCED.map((pattern) => part.search(pattern)).filter((at) => at >= 0);
    return starts.length === 0 ? [] : [withoutReason(part.slice(Math.min(...starts)))];
  });
}

function withoutReason(comment: string): string {
  const rule = comment.split(" -- ")[0] ?? "";
  return rule
    .replace(/^(biome-ignore[\w-]* [^:]*):.*$/, "$1")
    .replace(/\*\/\}?\s*$/, "")
    .trim()
    .slice(0, 100);
}
