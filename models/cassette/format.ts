/**
 * The file of a recording: JSON lines, one event each, exchanges interleaved as they happened, and a
 * seal at the end.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import type { RequestContent } from "./key.ts";

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  /** The route without the base path: "/chat/completions". */
  readonly route: string;
  readonly key: string;
  /** What the key was made of, to say what is different when nothing matches. */
  readonly content: RequestContent;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly RecordedChunk[];
  readonly end: RecordedEnd;
}

export interface RecordedChunk {
  /** Milliseconds since the request. */
  readonly atMs: number;
  readonly text: string;
}

/** `broken`: the server's connection broke. `left`: the client went away. */
export type RecordedEnd = "complete" | "broken" | "left";

/** One line, except for the seal. */
export type CassetteLine =
  | {
      readonly type: "request";
      readonly exchange: number;
      readonly method: string;
      readonly route: string;
      readonly key: string;
      readonly content: RequestContent;
    }
  | {
      readonly type: "status";
      readonly exchange: number;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly type: "chunk";
      readonly exchange: number;
      readonly atMs: number;
      readonly text: string;
    }
  | { readonly type: "end"; readonly exchange: number; readonly how: RecordedEnd };

const exchange = z.int().nonnegative();
const lineSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("request"),
    exchange,
    method: z.string(),
    route: z.string(),
    key: z.hash("sha256"),
    content: z.object({
      model: z.unknown().optional(),
      messages: z.array(z.unknown()).exactOptional(),
      tools: z.unknown().optional(),
      options: z.record(z.string(), z.unknown()).exactOptional(),
    }),
  }),
  z.object({
    type: z.literal("status"),
    exchange,
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()),
  }),
  z.object({
    type: z.literal("chunk"),
    exchange,
    atMs: z.number().nonnegative(),
    text: z.string(),
  }),
  z.object({ type: z.literal("end"), exchange, how: z.enum(["complete", "broken", "left"]) }),
  z.object({ type: z.literal("seal"), exchanges: z.int(), sha256: z.hash("sha256") }),
]);

/** Writes a whole file. */
export function writeCassette(lines: readonly CassetteLine[]): string {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const exchanges = lines.filter(({ type }) => type === "request").length;
  return `${body}${JSON.stringify({ type: "seal", exchanges, sha256: sha256(body) })}\n`;
}

/**
 * Reads a whole file.
 *
 * @param name what error texts call the file.
 * @throws {OrgError} `CASSETTE_INVALID` with the number of the line that is wrong.
 */
export function readCassette(text: string, name: string): readonly Exchange[] {
  const exchanges: Draft[] = [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let at = 0;
  let read = 0;
  for (const [index, line] of lines.entries()) {
    const fault = (why: string): OrgError => invalid(name, index + 1, why);
    const event = parseLine(line, fault);
    if (event.type === "seal") {
      if (index !== lines.length - 1) throw fault("lines follow behind the seal");
      if (event.sha256 !== sha256(text.slice(0, at)))
        throw fault("the seal does not fit: the lines above were changed");
      return finished(exchanges, fault);
    }
    take(event, exchanges, fault);
    at += line.length + 1;
    read = index + 1;
  }
  throw invalid(name, read + 1, "the seal is missing: the file was cut off");
}

type Fault = (why: string) => OrgError;

/** An exchange whose lines are still being read. */
interface Draft {
  readonly request: Extract<CassetteLine, { type: "request" }>;
  status: Extract<CassetteLine, { type: "status" }> | undefined;
  readonly chunks: RecordedChunk[];
  end: RecordedEnd | undefined;
}

function parseLine(line: string, fault: Fault): z.infer<typeof lineSchema> {
  const json = parseJson(line);
  if (json === undefined) throw fault("it is not JSON");
  const event = lineSchema.safeParse(json);
  if (event.success) return event.data;
  throw fault(z.prettifyError(event.error).replaceAll("\n", " "));
}

function take(line: CassetteLine, exchanges: Draft[], fault: Fault): void {
  if (line.type === "request") {
    if (line.exchange !== exchanges.length) throw fault(`exchange ${exchanges.length} was to come`);
    exchanges.push({ request: line, status: undefined, chunks: [], end: undefined });
    return;
  }
  const draft = exchanges[line.exchange];
  if (draft === undefined) throw fault(`exchange ${line.exchange} has no request`);
  if (draft.end !== undefined) throw fault(`exchange ${line.exchange} has ended already`);
  if (line.type === "status") draft.status = line;
  else if (draft.status === undefined) throw fault(`exchange ${line.exchange} has no status yet`);
  else if (line.type === "end") draft.end = line.how;
  else draft.chunks.push({ atMs: line.atMs, text: line.text });
}

function finished(drafts: readonly Draft[], fault: Fault): readonly Exchange[] {
  return drafts.map(({ request, status, chunks, end }, index) => {
    if (status === undefined || end === undefined) throw fault(`exchange ${index} has no end`);
    const { method, route, key, content } = request;
    return {
      method,
      route,
      key,
      content,
      status: status.status,
      headers: status.headers,
      chunks,
      end,
    };
  });
}

function invalid(name: string, line: number, why: string): OrgError {
  return new OrgError(`The recording "${name}" is damaged at line ${line}`, {
    code: "CASSETTE_INVALID",
    why,
    remedies: ["record it again", "restore the file from the repository: git checkout -- FILE"],
    unchanged: "Nothing was played.",
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
