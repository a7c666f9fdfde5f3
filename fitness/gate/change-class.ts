/** What kind of change a path is; decided by the path alone, never by what a candidate says of itself. */

/**
 * - `tool`: a file of a generated tool.
 * - `document`: read by people and by nothing else.
 * - `core`: code and prompts; a human decides.
 * - `guard`: what judges, limits or configures everything else; only a human changes it.
 */
export type ChangeClass = "tool" | "document" | "core" | "guard";

export const GUARD_FOLDERS: readonly string[] = [
  "app",
  "fitness",
  "ops",
  "test",
  "bench",
  "tools/contract",
  "platform/sandbox",
  "platform/git",
  "platform/net",
  "core/policy",
  "core/text",
];
export const GUARD_FILES: readonly string[] = [
  "tools/tool.ts",
  "tools/call-guard.ts",
  "main.ts",
  // What main.ts hands its arguments and environment to.
  "cli/program.ts",
  "app/ready-home.ts",
  // With ops/supervisor: what starts, ends and reverts by itself.
  "cli/commands/supervise.ts",
  "cli/programs/supervise.ts",
  "cli/commands/fixes.ts",
  "cli/programs/fixes.ts",
  "cli/fixes-command.ts",
  "server/socket/upkeep-service.ts",
  // Whether the program that judges calls is the one that the user approved; who may ask at a port.
  "platform/file-sums.ts",
  "server/http/serve-gateway.ts",
  // What a burst without a human may spend.
  "home/autonomy/burst-account.ts",
  // What keeps two promotions, or two supervisors, from working at once.
  "platform/exclusive-lock.ts",
];

/** Names that programs obey wherever they lie. */
const OBEYED_NAME =
  /^(?:\..*|package(?:-lock)?\.json|bun\.lockb?|yarn\.lock|pnpm-.*|bunfig\.toml|[tj]sconfig.*\.json|biome\.jsonc?|knip\.jsonc?|node_modules|org\.config.*|.*\.lock|.*\.node|.*\.so|.*\.wasm|makefile|dockerfile|containerfile|conftest\.py|sitecustomize\.py|usercustomize\.py|__init__\.py|pyproject\.toml|setup\.(?:py|cfg)|pytest\.ini|tox\.ini)$/i;

/** @param path from the root of the repository, with "/". */
export function classOf(path: string): ChangeClass {
  const names = path.split("/");
  if (names.some((name) => OBEYED_NAME.test(name))) return "guard";
  if (path.startsWith("tools/generated/") && names.length > 3) return "tool";
  const folded = path.toLowerCase();
  if (GUARD_FILES.includes(folded)) return "guard";
  if (GUARD_FOLDERS.some((folder) => folded === folder || folded.startsWith(`${folder}/`))) {
    return "guard";
  }
  return isDocument(names) ? "document" : "core";
}

/** The tool that a path of the class `tool` belongs to. */
export function toolOf(path: string): string | undefined {
  return /^tools\/generated\/([^/]+)\//.exec(path)?.[1];
}

// At the top only the file that everybody reads first: whatever else lies there may be obeyed by something.
function isDocument(names: readonly string[]): boolean {
  const [first, ...rest] = names;
  if (rest.length === 0) return first === "README.md";
  return first === "docs" && /\.(?:md|svg|png)$/.test(names.at(-1) ?? "");
}
