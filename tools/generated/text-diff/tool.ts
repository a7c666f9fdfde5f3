import { z } from "zod";

export const input = z.strictObject({
  before: z.string().max(20_000),
  after: z.string().max(20_000),
  context: z.int().min(0).max(20).optional(),
});

/** A line with its sign: " " stayed, "-" went, "+" came. */
interface Edit {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/** What is compared grows with the product of both. */
const MAX_LINES = 2000;
const DEFAULT_CONTEXT = 3;

export async function run({
  before,
  after,
  context = DEFAULT_CONTEXT,
}: z.infer<typeof input>): Promise<{
  added: number;
  removed: number;
  unchanged: number;
  diff: string;
}> {
  const edits = compare(linesOf(before), linesOf(after));
  const count = (sign: string) => edits.filter((edit) => edit.sign === sign).length;
  return {
    added: count("+"),
    removed: count("-"),
    unchanged: count(" "),
    diff: hunks(edits, context).join("\n"),
  };
}

function linesOf(text: string): string[] {
  const lines = text === "" ? [] : text.split("\n");
  if (lines.length > MAX_LINES) {
    throw Object.assign(new Error(`${lines.length} lines; ${MAX_LINES} is the most`), {
      code: "TOO_LONG",
    });
  }
  return lines;
}

/** By the longest common subsequence; where there are several, lines go before others come. */
function compare(before: string[], after: string[]): Edit[] {
  const lengths = commonLengths(before, after);
  const width = after.length + 1;
  const edits: Edit[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, fresh] = [before[left], after[right]];
    if (old !== undefined && old === fresh) {
      edits.push({ sign: " ", line: old });
      left += 1;
      right += 1;
    } else if (fresh === undefined || stays(lengths, left * width + right, width)) {
      edits.push({ sign: "-", line: old ?? "" });
      left += 1;
    } else {
      edits.push({ sign: "+", line: fresh });
      right += 1;
    }
  }
  return edits;
}

/** Whether as much is common behind the next line of the old text as behind that of the new one. */
function stays(lengths: Uint16Array, at: number, width: number): boolean {
  const [below = -1, beside = -1] = [lengths[at + width], lengths[at + 1]];
  return below >= beside;
}

/** For each pair of positions, how many lines the rests of both texts have in common. */
function commonLengths(before: string[], after: string[]): Uint16Array {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      const at = left * width + right;
      const [diagonal = 0, below = 0, beside = 0] = [
        lengths[at + width + 1],
        lengths[at + width],
        lengths[at + 1],
      ];
      lengths[at] = before[left] === after[right] ? diagonal + 1 : Math.max(below, beside);
    }
  }
  return lengths;
}

/** The lines of the unified format, https://www.gnu.org/software/diffutils/manual/ */
function hunks(edits: Edit[], context: number): string[] {
  const changes = edits.flatMap(({ sign }, index) => (sign === " " ? [] : [index]));
  const lines: string[] = [];
  let done = 0;
  for (const change of changes) {
    if (change < done) continue;
    const start = Math.max(done, change - context);
    const end = Math.min(edits.length, endOf(changes, change, context) + context + 1);
    lines.push(header(edits, start, end));
    for (const { sign, line } of edits.slice(start, end)) lines.push(`${sign}${line}`);
    done = end;
  }
  return lines;
}

/** The last change of a hunk: what lies closer together than its context is shown as one. */
function endOf(changes: number[], start: number, context: number): number {
  let end = start;
  for (const change of changes) {
    if (change > end && change - end <= 2 * context + 1) end = change;
  }
  return end;
}

function header(edits: Edit[], start: number, end: number): string {
  const range = (other: "-" | "+"): string => {
    const without = (part: Edit[]) => part.filter(({ sign }) => sign !== other).length;
    const [skipped, length] = [without(edits.slice(0, start)), without(edits.slice(start, end))];
    // Where nothing is, the format names the line before it.
    return `${length === 0 ? skipped : skipped + 1}${length === 1 ? "" : `,${length}`}`;
  };
  return `@@ -${range("+")} +${range("-")} @@`;
}
