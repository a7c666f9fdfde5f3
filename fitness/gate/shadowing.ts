/** Whether a candidate's tools would be taken for a tool of main. */
import { parseJson } from "#core/json.ts";
import { type Contract, contractSchema } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

type Tools = ReadonlyMap<string, ToolFolder>;

/** A tool as the search sees it. */
type Listed = Pick<Contract, "name" | "description" | "asks">;

/** Names the tool that comes first for each query, if any does. */
export type FirstHit = (
  tools: readonly Listed[],
  queries: readonly string[],
) => Promise<readonly (string | undefined)[]>;

/** @returns one line for each name or request that would lead to another tool than it does. */
export async function shadowed(
  before: Tools,
  after: Tools,
  firstHit: FirstHit | undefined,
): Promise<readonly string[]> {
  const listed = listedOf(after);
  // A tool that retires leaves its name and its requests to others; that it retires is reported by itself.
  const existing = listedOf(before).filter(({ name }) => after.has(name));
  const newcomers = listed.filter(({ name }) => !before.has(name));
  return [
    ...newcomers.flatMap((tool) => namesakes(tool, existing)),
    ...newcomers.flatMap((tool) => borrowedRequests(tool, existing)),
    ...(firstHit === undefined ? [] : await displacedRequests(existing, listed, firstHit)),
  ];
}

/** Contracts that can be read, in the order of their names. */
function listedOf(tools: Tools): readonly Listed[] {
  return [...tools.values()].flatMap((tool) => {
    const spec = contractSchema.safeParse(parseJson(tool.files.get("spec.json") ?? ""));
    return spec.success ? [spec.data] : [];
  });
}

/** A model that writes a name from memory does not keep `-`, `_` and nothing apart. */
function namesakes({ name }: Listed, existing: readonly Listed[]): readonly string[] {
  return existing
    .filter((other) => plain(other.name) === plain(name))
    .map((other) => `the name "${name}" would be taken for "${other.name}"`);
}

function borrowedRequests(
  { name, asks, description }: Listed,
  existing: readonly Listed[],
): readonly string[] {
  const own = new Set([description, ...asks].map(plain));
  return existing.flatMap((other) =>
    [other.description, ...other.asks]
      .filter((text) => own.has(plain(text)))
      .map((text) => `${name} claims ${JSON.stringify(text)}, which leads to ${other.name}`),
  );
}

function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Requests that main's tools name as theirs, and that another tool would answer first. */
async function displacedRequests(
  existing: readonly Listed[],
  listed: readonly Listed[],
  firstHit: FirstHit,
): Promise<readonly string[]> {
  const queries = existing.flatMap(({ name, asks }) =>
    [...asks, name.replace(/[-_]/g, " ")].map((text) => ({ name, text })),
  );
  const texts = queries.map(({ text }) => text);
  const [was, is] = await Promise.all([firstHit(existing, texts), firstHit(listed, texts)]);
  return queries.flatMap(({ name, text }, index) =>
    was[index] === name && is[index] !== name
      ? [
          `${is[index] ?? "nothing"} would be found first for ${JSON.stringify(text)}, a request for ${name}`,
        ]
      : [],
  );
}
