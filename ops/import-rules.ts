/** Who may import whom, decided on plain data; `ops/imports.ts` feeds it the files. */
import { dirname, relative } from "node:path";

/** Below everything that puts parts together. */
const BASE = ["core", "platform"] as const;
/** With what a home keeps. */
const HOME = [...BASE, "home"] as const;
/** Who speaks, what they can do, and where they meet. */
const ROOM = [...BASE, "models", "tools", "room"] as const;
/** Everything that can be opened, and knows no screen. */
const PARTS = [...ROOM, "language", "memory", "home", "fitness", "ops", "server"] as const;

/** What the command line prints, and what its programs ask of the parts that `app` has opened. */
const PRINTED = [
  ...["fitness/gate", "fitness/project", "fitness/stages.ts"],
  ...["ops/backup", "ops/candidates", "ops/demo", "ops/digest", "ops/exec", "ops/processes"],
  ...["ops/project", "ops/release", "ops/supervisor", "ops/travel"],
  ...["room/approval-text.ts", "room/clean-event.ts", "room/entries.ts", "room/event-text.ts"],
  ...["room/export.ts", "room/memory-text.ts", "room/room-client.ts", "room/room.ts"],
  "room/style.ts",
  ...["server/app.ts", "server/heartbeat", "server/http/serve-gateway.ts", "server/jobs"],
  ...["server/listen.ts", "server/mcp", "server/socket"],
  ...["tools/contract", "tools/forge", "tools/mcp", "tools/registry", "tools/search"],
  "tools/workflow",
] as const;

/**
 * Each folder, and the folders, parts of folders or single files that it may import; a part of a folder has its own
 * entry where it may import less. Read from the bottom up: `core` knows no other. A folder that is missing here
 * (`test`, `bench`) may import anything, and nothing listed here may import it.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli", "core"],
  cli: ["app", "ui", ...HOME, ...PRINTED],
  // A command is data until it runs: help and completion load nothing else.
  "cli/commands": ["core"],
  "cli/completion": ["core"],
  // The composition root. Only the command line opens it, and it draws nothing.
  app: PARTS,
  // A screen starts no sandbox and reads no repository, and neither does the HTTP application.
  ui: [
    ...["core", "room", "platform/human-programs.ts", "platform/log", "platform/net"],
    ...["platform/private-database.ts", "platform/schedule", "platform/workspace.ts"],
  ],
  server: [
    ...["core", "home", "room", "platform/files.ts", "platform/log", "platform/net"],
    ...["platform/owner.ts", "platform/schedule"],
  ],
  ops: [...HOME, "fitness", "tools/contract"],
  // Only the contract of tools: what is judged must never run in the process that judges.
  fitness: [...BASE, "tools/tool.ts", "tools/contract"],
  room: ["core", "language", "models", "tools", "chat.ts"],
  "chat.ts": ["core", "models", "tools"],
  tools: [...BASE, "language"],
  // Who speaks runs nothing and reaches no address beside the model server.
  models: [
    ...["core", "platform/files.ts", "platform/owner.ts", "platform/process-record.ts"],
    ...["platform/program-path.ts", "platform/verified-file.ts"],
  ],
  memory: ["core", "language", "home/erase-database.ts", "home/journal", "platform/files.ts"],
  home: BASE,
  platform: ["core"],
  language: [],
  core: [],
};

/** The folders that the product is made of. */
export const PRODUCT_FOLDERS: readonly string[] = Object.keys(MAY_IMPORT).filter(
  (name) => !/[./]/.test(name),
);

/** What models wrote: run in the sandbox, found by a scan, never a part of us. */
const GENERATED = "tools/generated/";

/** One import, as paths from the root of the repository. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** As it is written in the source. */
  readonly specifier: string;
}

// Biome starts every import statement in column 0 and quotes with ". The names between `import` and
// `from` hold no bracket, so that a function whose text mentions `from "…"` is not mistaken for one.
const STATIC = /^(?:import|export)\s+(?:[\w$*,{}\s]+?\s+from\s+)?"([^"\n]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"\n]+)"\s*\)/g;

/**
 * True for files that the table judges: tests may reach for anything, and what a generated tool may import is the
 * gate's to say, which reads a syntax tree.
 */
export function hasImportRules(path: string): boolean {
  if (path.endsWith(".test.ts") || path.startsWith(GENERATED)) return false;
  return MAY_IMPORT[folderOf(path)] !== undefined;
}

/** Every import of one source file from another of ours: static, type-only and dynamic ones. */
export function edgesOf(from: string, source: string): readonly Edge[] {
  const specifiers = [...source.matchAll(STATIC), ...source.matchAll(DYNAMIC)];
  return specifiers.flatMap(([, specifier = ""]) => {
    const to = resolve(from, specifier);
    return to?.endsWith(".ts") ? [{ from, to, specifier }] : [];
  });
}

/** Turns a specifier into a path from the root; packages and built-ins give `undefined`. */
function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (!specifier.startsWith(".")) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

function folderOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** The entry of the table that a file is judged by. */
function partOf(path: string): string {
  const inner = innerFolderOf(path);
  return MAY_IMPORT[inner] === undefined ? folderOf(path) : inner;
}

function allowedFor(path: string): readonly string[] {
  return MAY_IMPORT[partOf(path)] ?? [];
}

/** One sentence for every import that the table, or the way we write imports, does not allow. */
export function violations(edges: readonly Edge[]): readonly string[] {
  return edges.flatMap((edge) => {
    const [from, to] = [folderOf(edge.from), folderOf(edge.to)];
    if (edge.to.startsWith(GENERATED)) {
      return [`${edge.from} must not import ${edge.to}: generated tools run in the sandbox alone`];
    }
    if (from === to) return ownNames([edge]);
    const allowed = allowedFor(edge.from);
    if (!allowed.some((may) => may === to || may === edge.to || edge.to.startsWith(`${may}/`))) {
      const may = allowed.join(", ") || "nothing of ours";
      const part = partOf(edge.from);
      return [`${edge.from} must not import ${edge.to}: ${part} may import ${may}`];
    }
    // A file in the root has no folder, so there is no # name for it.
    if (edge.specifier.startsWith(".") && !from.includes(".") && !to.includes(".")) {
      return [`${edge.from} must import ${edge.to} as "#${edge.to}": it lies in another folder`];
    }
    return [];
  });
}

/** One sentence for every import that names its own folder with `#`: inside a folder the path is relative. */
export function ownNames(edges: readonly Edge[]): readonly string[] {
  return edges
    .filter(
      ({ from, to, specifier }) => specifier.startsWith("#") && folderOf(from) === folderOf(to),
    )
    .map(({ from, to }) => {
      const path = relative(dirname(from), to);
      const relativePath = path.startsWith(".") ? path : `./${path}`;
      return `${from} must import ${to} as "${relativePath}": it lies in the same folder`;
    });
}

/** Every file that can be reached from itself, as the path `a → b → a`; each cycle once. */
export function cycles(edges: readonly Edge[]): readonly string[] {
  const targets = Map.groupBy(edges, (edge) => edge.from);
  const found: string[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(" → "));
    if (start >= 0 || finished.has(file)) return;
    path.push(file);
    for (const { to } of targets.get(file) ?? []) visit(to);
    path.pop();
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file);
  return found;
}

/**
 * Arrows between folders that lie on a cycle of folders, as `a → b`. A folder here is the first two names of a path,
 * such as `server/api`; files that lie in `server` itself are `server`. What lies deeper belongs to its second name.
 */
export function folderCycleArrows(edges: readonly Edge[]): readonly string[] {
  const targets = new Map<string, Set<string>>();
  for (const edge of edges) {
    const [from, to] = [innerFolderOf(edge.from), innerFolderOf(edge.to)];
    if (from === to) continue;
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  return [...targets]
    .flatMap(([from, all]) => [...all].map((to) => ({ from, to })))
    .filter(({ from, to }) => reachable(to, targets).has(from))
    .map(({ from, to }) => `${from} → ${to}`)
    .sort();
}

function innerFolderOf(path: string): string {
  const names = path.split("/");
  // A file in the root is a folder of its own, as in the table above.
  return names.length === 1 ? path : names.slice(0, -1).slice(0, 2).join("/");
}

/** The folders that can be reached over one arrow or more. */
function reachable(
  start: string,
  targets: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = new Set<string>([start]);
  for (const folder of found) for (const next of targets.get(folder) ?? []) found.add(next);
  return found;
}

/** One sentence for each arrow between folders that lies on a cycle of them. */
export function folderCycleProblems(edges: readonly Edge[]): readonly string[] {
  return folderCycleArrows(edges).map((arrow) => `Cycle of folders: ${arrow}`);
}

/** Draws the folders as a Mermaid graph. Without counts, so that only a new arrow makes it stale. */
export function drawMap(edges: readonly Edge[]): string {
  const arrows = edges
    .map(({ from, to }) => [folderOf(from), folderOf(to)])
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => `  ${from} --> ${to}`);
  return ["```mermaid", "graph TD", ...[...new Set(arrows)].sort(), "```"].join("\n");
}

const MAP = /(<!-- map:start[^\n]*-->\n)[\s\S]*?(<!-- map:end -->)/;

/**
 * Puts the map between the markers of a document and leaves the rest alone.
 *
 * @throws {Error} when the markers are missing: then the map would silently go stale.
 */
export function withMap(document: string, map: string): string {
  if (!MAP.test(document)) {
    throw new Error("Found no <!-- map:start --> … <!-- map:end --> to draw the map between");
  }
  return document.replace(MAP, (_all, start: string, end: string) => `${start}${map}\n${end}`);
}
