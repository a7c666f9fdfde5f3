/** Directives that make a checker look away; only at the beginning of a comment are they obeyed. */
const SUPPRESSION =
  /^[\s*!#/]*(@ts-(?:ignore|nocheck|expect-error)|biome-ignore|(?:eslint|oxlint|tslint|deno-lint|prettier)[-:](?:disable|ignore)|(?:istanbul|c8|v8|bun|node:coverage)\s+(?:ignore|disable)|Stryker\s+disable)/i;

/** The directive at the beginning of a comment that switches a check off. */
export function suppressionIn(comment: string): string | undefined {
  return comment
    .split("\n")
    .map((line) => SUPPRESSION.exec(line)?.[1])
    .find((directive) => directive !== undefined);
}
