/** The walks of docs/architecture.md: what a line, a call, a promotion, a job and a forged tool pass, held against the imports. */
import type { Edge } from "./import-rules.ts";

/** A walk that is longer is not one that a reader keeps in mind. */
const MAX_FOLDERS = 8;
const MAX_FILES = 20;

const HEADING = "## Five walks from main.ts\n";

/** One walk: its name, and the chains of files that it is made of. */
interface Walk {
  readonly name: string;
  readonly chains: readonly (readonly string[])[];
}

/** One sentence for each step that is not an import, each file that does not exist, and each walk that is too long. */
export function walkProblems(document: string, edges: readonly Edge[]): readonly string[] {
  const files = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const imports = new Set(edges.map(({ from, to }) => `${from} → ${to}`));
  return walksIn(document).flatMap(({ name, chains }) => {
    const passed = new Set(chains.flat());
    const folders = new Set([...passed].map(folderOf));
    const missing = [...passed].filter((file) => !files.has(file));
    const steps = chains.flatMap((chain) => chain.slice(1).map((to, at) => [chain[at] ?? "", to]));
    const jumps = steps
      .filter(([from = "", to = ""]) => folderOf(from) !== folderOf(to))
      .map(([from, to]) => `${from} → ${to}`)
      .filter((step) => !imports.has(step));
    return [
      ...missing.map((file) => `Walk "${name}" names ${file}, and there is no such file`),
      ...jumps.map((step) => `Walk "${name}" goes ${step}, and that is not an import`),
      ...(folders.size > MAX_FOLDERS ? [`Walk "${name}" passes ${folders.size} folders`] : []),
      ...(passed.size > MAX_FILES ? [`Walk "${name}" passes ${passed.size} files`] : []),
    ];
  });
}

/** The walks of the document; none where it has no such part. */
function walksIn(document: string): readonly Walk[] {
  const [, part = ""] = document.split(HEADING);
  const [list = ""] = part.split("\n## ");
  return list
    .split(/^- /m)
    .slice(1)
    .map((item) => ({
      name: item.slice(0, item.indexOf(":")),
      chains: item
        .split(";")
        .map((chain) => [...chain.matchAll(/`([^`\s]+\.ts)`/g)].map(([, file = ""]) => file)),
    }));
}

function folderOf(path: string): string {
  return path.split("/")[0] ?? path;
}
