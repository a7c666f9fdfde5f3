/** Whole answers of models, and what must come out of each. */
import { PROSE } from "./prose.ts";

export interface WholeAnswer {
  readonly name: string;
  /** What the model wrote. */
  readonly said: string;
  /** What of it is shown. */
  readonly shown: string;
  readonly calls: number;
}

/** Everything that makes a reader of calls look twice: code, tags, generics, back quotes, braces. */
const PAGE = `## Reading the log

\`readLog<T>()\` yields one entry a line; a line that is not JSON is *skipped*, see [the notes](./notes.md).

\`\`\`ts
export async function* readLog<T>(path: string): AsyncGenerator<Entry<T>> {
  for await (const line of lines(path)) {
    const entry = parse<T>(line) ?? { kind: "broken", text: line };
    if (entry.at < since && !entry.kept) continue; // "kept" beats the date
    yield { ...entry, tags: ["[a]", "<b>", \`\${entry.kind}\`] };
  }
}
\`\`\`

| option | default | meaning |
|---|---|---|
| \`--since\` | \`0\` | leave out what is older |
| \`--json\` | no | \`{"at": 1, "kind": "start"}\` instead of a table |

> Note: with <details> the page folds, and a[i] < b[j] stays as it is.

`;

const MARKDOWN = PAGE.repeat(32);

/** As many as one answer may hold. */
const CALLS = 64;

const MANY_CALLS = Array.from({ length: CALLS }, (_, index) =>
  tagged("find_text", { query: `lighthouse ${index}`, folder: "docs/", limit: 20, exact: true }),
).join("\n");

/** A file that a model writes in one call, just below the limit of one. */
const LARGE_CALL = tagged("write_file", { path: "notes.md", content: PAGE.repeat(750) });

export const WHOLE_ANSWERS: readonly WholeAnswer[] = [
  { name: "prose", said: PROSE, shown: PROSE, calls: 0 },
  { name: "Markdown with code", said: MARKDOWN, shown: MARKDOWN, calls: 0 },
  { name: `${CALLS} calls, one behind another`, said: MANY_CALLS, shown: "", calls: CALLS },
  { name: "one call with a large argument", said: LARGE_CALL, shown: "", calls: 1 },
];

/** The way in which most open models write calls. */
function tagged(name: string, args: unknown): string {
  return `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
}
