import { oneRow } from "#core/text/one-row.ts";
import type { ToolFigures, ToolListing } from "#core/tool-listing.ts";

/** One tool a line: name, state, and what it does or why it cannot be called. */
export function rowsOf(tools: readonly ToolListing[]): string {
  const width = Math.max(...tools.map(({ name }) => name.length), 0);
  return tools
    .map(({ name, state, why, description, figures }) => {
      const about = oneRow(why ?? description);
      const metrics = figures === undefined ? "" : ` (${metricsText(figures)})`;
      return `${name.padEnd(width)}  ${state.padEnd(8)}  ${about}${metrics}\n`;
    })
    .join("");
}

function metricsText({ cases, coverage, mutationScore }: ToolFigures): string {
  const percent = (part: number): string => `${Math.floor(part * 100)} %`;
  return `${cases} cases, ${percent(coverage)} of lines, ${percent(mutationScore)} of mutants`;
}
