/** Python by its top-level blocks: enough to tell definitions from what a model tried out below them. */

/** A statement at the margin with all that is indented below it. */
export interface Block {
  readonly text: string;
  readonly kind: "import" | "definition" | "constant" | "other";
  /** What it defines, where it defines one name. */
  readonly name?: string | undefined;
}

/** Blocks in order; blank lines and comments stay with the block behind them. */
export function blocksOf(code: string): readonly Block[] {
  const blocks: string[][] = [];
  let quote: string | undefined;
  let pending: string[] = [];
  for (const line of code.split("\n")) {
    const isInside = quote !== undefined;
    quote = quoteAfter(line, quote);
    const isMargin = /^[^\s#)\]}]/.test(line) && !isInside;
    const last = blocks.at(-1);
    const isJoined =
      last?.at(-1)?.startsWith("@") === true || /^(?:else|elif|except|finally)\b/.test(line);
    if (isMargin && !isJoined) {
      blocks.push([...pending, line]);
      pending = [];
    } else if (!isInside && (line.trim() === "" || line.startsWith("#"))) {
      pending.push(line);
    } else {
      last?.push(...pending, line);
      pending = [];
    }
  }
  return blocks.map((lines) => blockOf(lines));
}

/** The triple quotes that are open behind a line. */
function quoteAfter(line: string, open: string | undefined): string | undefined {
  let quote = open;
  for (const [found] of line.matchAll(/"""|'''/g)) {
    if (quote === undefined) quote = found;
    else if (quote === found) quote = undefined;
  }
  return quote;
}

function blockOf(lines: readonly string[]): Block {
  const text = lines.join("\n").trim();
  const head = lines.find((line) => line.trim() !== "" && !/^[#@]/.test(line)) ?? "";
  if (/^(?:import|from)\s/.test(head)) return { text, kind: "import" };
  const defined = /^(?:async\s+)?(?:def|class)\s+(\w+)/.exec(head)?.[1];
  if (defined !== undefined) return { text, kind: "definition", name: defined };
  const constant = /^([A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)/.exec(head)?.[1];
  if (constant !== undefined) return { text, kind: "constant", name: constant };
  return { text, kind: "other" };
}
