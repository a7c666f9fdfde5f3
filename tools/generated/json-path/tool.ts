import { z } from "zod";

export const input = z.strictObject({
  json: z.string().max(100_000),
  path: z.string().min(1).max(500),
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

interface Match {
  /** The normalized path of RFC 9535, section 2.7. */
  readonly path: string;
  readonly value: Json;
}

interface Step {
  /** Whether it also looks into everything below. */
  readonly deep: boolean;
  readonly selector: string;
}

const MAX_DEPTH = 100;
const MAX_MATCHES = 5000;
/** Characters of JSON. */
const MAX_ANSWER = 100_000;

const STEP =
  /(?<dots>\.\.?)(?<word>\*|[\p{L}_][\p{L}\p{N}_-]*)|(?<deep>\.\.)?\[(?<inside>\*|-?\d{1,15}|-?\d{0,15}:-?\d{0,15}|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]/guy;

export async function run({
  json,
  path,
}: z.infer<typeof input>): Promise<{ count: number; matches: Match[] }> {
  const steps = readPath(path);
  let matches: Match[] = [{ path: "$", value: readJson(json) }];
  for (const { deep, selector } of steps) {
    const from = deep ? gather(matches, withDescendants) : matches;
    matches = gather(from, (match) => select(match, selector));
  }
  if (JSON.stringify(matches).length > MAX_ANSWER) throw tooMuch();
  return { count: matches.length, matches };
}

function readPath(path: string): Step[] {
  const rest = path.slice(1);
  const found = [...rest.matchAll(STEP)];
  const read = found.reduce((length, [text]) => length + text.length, 0);
  if (!path.startsWith("$") || read < rest.length) {
    const at = path.startsWith("$") ? read + 1 : 0;
    throw failure("BAD_PATH", `The path cannot be read from "${path.slice(at, at + 20)}" on`);
  }
  return found.map(({ groups = {} }) => ({
    deep: groups["dots"] === ".." || groups["deep"] === "..",
    selector: groups["word"] ?? groups["inside"] ?? "",
  }));
}

function readJson(text: string): Json {
  // Counted before it is parsed: what is nested without end would exhaust the stack.
  const brackets = text.replace(/"(?:[^"\\]|\\.)*"?/gs, "");
  let depth = 0;
  for (const character of brackets) {
    if ("[{".includes(character)) depth += 1;
    if ("]}".includes(character)) depth -= 1;
    if (depth > MAX_DEPTH) throw failure("BAD_JSON", `Nested more than ${MAX_DEPTH} levels deep`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("BAD_JSON", `The text is no JSON: ${String(error)}`);
  }
}

function select(match: Match, selector: string): Match[] {
  const { value } = match;
  const [first = ""] = selector;
  if (selector === "*") return children(match);
  if (`'"`.includes(first)) return member(match, selector.slice(1, -1).replace(/\\(.)/gsu, "$1"));
  if (!/[-\d:]/.test(first)) return member(match, selector);
  if (!Array.isArray(value)) return [];
  if (!selector.includes(":")) return [children(match).at(Number(selector)) ?? []].flat();
  const [from = "", to = ""] = selector.split(":");
  return children(match).slice(Number(from), to === "" ? value.length : Number(to));
}

function member({ path, value }: Match, name: string): Match[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .filter(([key]) => key === name)
    .map(([key, inner]) => ({ path: `${path}[${quoted(key)}]`, value: inner }));
}

function children({ path, value }: Match): Match[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    return value.map((inner, index) => ({ path: `${path}[${index}]`, value: inner }));
  }
  return Object.entries(value).map(([key, inner]) => ({
    path: `${path}[${quoted(key)}]`,
    value: inner,
  }));
}

function withDescendants(match: Match): Match[] {
  return [match, ...children(match).flatMap(withDescendants)];
}

function quoted(name: string): string {
  const escaped = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"');
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

/** What is picked from each, as long as it is not too much: one value may be reached many times. */
function gather(matches: Match[], pick: (match: Match) => Match[]): Match[] {
  const picked: Match[] = [];
  for (const match of matches) {
    picked.push(...pick(match));
    if (picked.length > MAX_MATCHES) throw tooMuch();
  }
  return picked;
}

function tooMuch(): Error {
  return failure("TOO_MUCH", "More is found than fits into an answer; narrow the path");
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
