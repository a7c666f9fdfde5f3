/** What an MCP client is offered: the tools that the gate promoted, and the room itself as one tool. */
import type { CallToolResult, Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { jsonObject } from "../api/json-value.ts";
import type { ToolsApi } from "../api/tools.ts";
import type { JobInputs } from "../jobs/job-service.ts";
import { reasonOf } from "../openai/answer.ts";
import { RoomTranscript } from "../openai/room-transcript.ts";

/** A JSON schema as it was judged. */
type JsonSchema = Readonly<Record<string, unknown>>;

export interface PromotedTool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}

interface RoomQuestion {
  readonly text: string;
  /** Id of a room that is there. @default a new one */
  readonly room?: string | undefined;
}

export interface McpParts {
  readonly cleaner: TextCleaner;
  /** Those that can be called now; looked up at every request. */
  readonly tools: () => Promise<readonly PromotedTool[]>;
  readonly call: ToolsApi["call"];
  /** Asks the personas, and streams what comes of it. Leaving the loop stops the answer. */
  readonly ask: (question: RoomQuestion, signal: AbortSignal) => RoomAnswer;
}

/** An answer under way. */
interface RoomAnswer {
  /** Id of the room, to go on in. */
  readonly room: string;
  readonly events: AsyncIterable<RoomEvent>;
}

/** A call as a client makes it. */
export interface ToolRequest {
  readonly name: string;
  /** An object, or it is refused. */
  readonly args: unknown;
  /** Ends the call. */
  readonly signal: AbortSignal;
  /** Told how far it is. */
  readonly progress: (message: string) => void;
}

const ASK_ROOM = "ask_room";

const askSchema = z.strictObject({
  text: z.string().min(1).max(500_000).describe("What you want to know or have done"),
  room: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Goes on in the room of an earlier answer; absent: a new room"),
  persona: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/)
    .optional()
    .describe("Who is asked, such as agent or python; absent: agent"),
});
const answerSchema = z.object({ room: z.string(), answer: z.string() });

/** Everything that can be called now, `ask_room` first. */
export async function listTools({ tools, cleaner }: McpParts): Promise<Tool[]> {
  const promoted = (await tools()).filter(({ name }) => name !== ASK_ROOM);
  return [askRoom(), ...promoted.map((tool) => toolOf(tool, cleaner))];
}

/**
 * Calls a tool. What goes wrong in it is a result with `isError`, which the calling model reads.
 *
 * @throws {OrgError} `TOOL_UNKNOWN`
 */
export async function callTool(parts: McpParts, call: ToolRequest): Promise<CallToolResult> {
  const { cleaner } = parts;
  try {
    return call.name === ASK_ROOM ? await answerOf(parts, call) : await called(parts, call);
  } catch (error) {
    if (!(error instanceof OrgError) || error.code === "TOOL_UNKNOWN") throw error;
    const { message, why } = error;
    return failure(cleaner.clean(why === undefined ? message : `${message}: ${why}`));
  }
}

function askRoom(): Tool {
  return {
    name: ASK_ROOM,
    title: "Ask the room",
    description:
      "Asks the personas of this room: language models with tools of their own in a sandbox. " +
      "Gives their answer and the id of the room, in which a later call can go on.",
    inputSchema: objectSchema(z.toJSONSchema(askSchema)),
    outputSchema: objectSchema(z.toJSONSchema(answerSchema)),
  };
}

function toolOf({ name, description, input, output }: PromotedTool, cleaner: TextCleaner): Tool {
  const about = { name, description: cleaner.clean(description) };
  const inputSchema = objectSchema(cleaner.cleanData(withoutHeaders(input)));
  // The protocol's structured results are objects; others are told as text alone.
  return output["type"] === "object"
    ? { ...about, inputSchema, outputSchema: objectSchema(cleaner.cleanData(output)) }
    : { ...about, inputSchema };
}

/**
 * The schema without what asks clients to send an argument in a header, too: others on the way read headers, and a model
 * wrote the schema.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports
 */
function withoutHeaders(schema: JsonSchema): JsonSchema {
  const isHeader = (key: string, value: unknown): boolean =>
    key === "x-mcp-header" && typeof value === "string";
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    isHeader(key, value) ? undefined : value,
  );
}

function objectSchema(schema: JsonSchema): Tool["inputSchema"] {
  return { ...schema, type: "object" };
}

async function called(
  { tools, call, cleaner }: McpParts,
  { name, args, signal }: ToolRequest,
): Promise<CallToolResult> {
  const tool = (await tools()).find((one) => one.name === name);
  if (tool === undefined) throw unknownTool(name);
  const result = await call(name, argumentsOf(args), signal);
  if (result.kind === "refused") return failure(cleaner.clean(needsApproval(name, result.message)));
  if (result.kind !== "done") return failure(result.message);
  const { value } = result;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const content = [{ type: "text" as const, text }];
  return isObject(value) ? { content, structuredContent: value } : { content };
}

/** @throws {OrgError} `INPUT_INVALID` */
function argumentsOf(args: unknown): JobInputs {
  const read = jsonObject.safeParse(args ?? {});
  if (read.success) return read.data;
  throw invalid("arguments are an object");
}

async function answerOf(
  { ask, cleaner }: McpParts,
  { args, signal, progress }: ToolRequest,
): Promise<CallToolResult> {
  const read = askSchema.safeParse(args ?? {});
  const [issue] = read.error?.issues ?? [];
  if (issue !== undefined) throw invalid(`${issue.path.join(".")}: ${issue.message}`);
  const { text, room: requestedRoom, persona } = askSchema.parse(args);
  const line = persona === undefined ? text : `@@${persona} ${text}`;
  const { room, events } = ask({ text: line, room: requestedRoom }, signal);
  const transcript = new RoomTranscript({ namesSpeakers: true, isLive: false });
  let answer = "";
  for await (const event of events) {
    answer += transcript.take(event);
    const step = stepOf(event);
    if (step !== undefined) progress(cleaner.clean(step));
  }
  signal.throwIfAborted();
  reasonOf(transcript.ends);
  const structuredContent = { room, answer: cleaner.clean(answer) };
  const answerText = `${structuredContent.answer}\n\n(room ${room})`;
  return { content: [{ type: "text", text: answerText }], structuredContent };
}

/** What a caller who waits should know of; undefined for the rest. */
function stepOf(event: RoomEvent): string | undefined {
  if (event.type === "turn-start") return `${event.persona} answers`;
  if (event.type === "tool-call") return `${event.persona} runs ${event.call.name}`;
  return undefined;
}

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}

function needsApproval(name: string, why: string): string {
  return `${name} needs an approval, and no person can give it here: ${why}. Call it in a room of org, or allow it by a rule in org.config.`;
}

function unknownTool(name: string): OrgError {
  return new OrgError(`There is no tool "${name.slice(0, 80)}"`, {
    code: "TOOL_UNKNOWN",
    why: "tools/list names those that can be called now",
    remedies: ["org tools list"],
    unchanged: "Nothing was called.",
  });
}

function invalid(why: string): OrgError {
  return new OrgError("The tool does not take these arguments", {
    code: "INPUT_INVALID",
    why,
    remedies: ["read its input schema in tools/list"],
    unchanged: "Nothing was called.",
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
