import { z } from "zod";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";
import { NetworkRefused } from "#platform/net/refusal.ts";
import { answerContent, answerLine } from "./answer-text.ts";
import { defineTool } from "./define-tool.ts";
import { orExplain } from "./network-failure.ts";
import { headerProblem } from "./request-headers.ts";
import type { Tool, ToolContext, ToolOutput } from "./tool.ts";

const MAX_BODY_BYTES = 256 * 1024;

export interface WebRequestOptions {
  /** Names of headers, in lower case, that may be set although they are forbidden, such as `authorization`. */
  readonly allowedHeaders?: readonly string[] | undefined;
  /** @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
}

const inputSchema = z.object({
  method: z.enum(["POST", "PUT", "PATCH", "DELETE", "HEAD"]),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().max(MAX_BODY_BYTES).optional(),
  content_type: z.string().min(1).optional(),
});
type Input = z.infer<typeof inputSchema>;

/** Sends a request that may change something. Where to, the policy decides before each call. */
export function webRequestTool(options: WebRequestOptions = {}): Tool {
  return defineTool({
    name: "web_request",
    effect: "execute",
    capabilities: ["network"],
    description:
      "Sends an HTTP request that may change something. Domains that are not allowed yet have to be approved by the user, each time. Redirects are shown, not followed. To read pages use web_fetch.",
    input: inputSchema,
    run: async (input, context) => await orExplain(send(input, options, context)),
  });
}

async function send(
  input: Input,
  { rules = {}, allowedHeaders }: WebRequestOptions,
  { signal, clean }: ToolContext,
): Promise<ToolOutput> {
  const { method, url, body } = input;
  const headers = headersOf(input, new Set(allowedHeaders));
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  const answer = await sendRequest({ url, method, headers, body: bytes }, rules, signal);
  const location = answer.headers.get("location");
  const lines = [
    answerLine(answer),
    location === undefined ? "" : `location: ${location}`,
    await answerContent(answer, { more: "the answer is too long", clean }),
  ];
  return { ok: answer.status < 400, output: lines.filter((line) => line !== "").join("\n") };
}

/** @throws {NetworkRefused} at the wall `header`. */
function headersOf(
  { url, headers = {}, content_type: type }: Input,
  allowed: ReadonlySet<string>,
): Record<string, string> {
  const all = type === undefined ? headers : { ...headers, "content-type": type };
  const problem = headerProblem(all, allowed);
  if (problem !== undefined) throw new NetworkRefused("header", url, `In the request, ${problem}.`);
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
