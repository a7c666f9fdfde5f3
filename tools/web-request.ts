import { z } from "zod";
import { TokenBucket } from "#core/rate-limit.ts";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";
import { NetworkRefused } from "#platform/net/refusal.ts";
import { parseTarget } from "#platform/net/target.ts";
import { answerContent, answerLine } from "#tools/answer-text.ts";
import { defineTool } from "#tools/define-tool.ts";
import { orExplain, tooOften } from "#tools/network-failure.ts";
import { headerProblem } from "#tools/request-headers.ts";
import type { Tool, ToolContext, ToolOutput } from "#tools/tool.ts";

const PER_MINUTE = 10;
const MAX_BODY_BYTES = 256 * 1024;

/** What a person sees before a request goes to a domain that is not on the list. */
export interface RequestToApprove {
  readonly persona: string;
  readonly method: string;
  readonly url: string;
  /** Name or address that the request goes to. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface WebRequestOptions {
  /** Whether a host (lower case, no port) is on the list. @default none is */
  readonly allowsHost?: ((host: string) => boolean) | undefined;
  /** Asks about one request to another host; counts for this request alone. @default refuses */
  readonly approve?: ((request: RequestToApprove) => Promise<boolean>) | undefined;
  /** Names of headers, in lower case, that may be set although they are forbidden, such as `authorization`. */
  readonly allowedHeaders?: readonly string[] | undefined;
  /** @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
  /** Calls a minute, of all personas together. @default 10 */
  readonly perMinute?: number | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

const inputSchema = z.object({
  method: z.enum(["POST", "PUT", "PATCH", "DELETE", "HEAD"]),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().max(MAX_BODY_BYTES).optional(),
  content_type: z.string().min(1).optional(),
});
type Input = z.infer<typeof inputSchema>;

/** Sends a request that may change something, to a domain that a person has allowed. */
export function webRequestTool(options: WebRequestOptions): Tool {
  const perMinute = options.perMinute ?? PER_MINUTE;
  const bucket = new TokenBucket(perMinute, options.now);
  return defineTool({
    name: "web_request",
    effect: "execute",
    capabilities: ["network"],
    description:
      "Sends an HTTP request that may change something. Only to allowed domains; another one has to be approved by the user. Redirects are shown, not followed. To read pages use web_fetch.",
    input: inputSchema,
    run: async (input, context) => {
      const waitMs = bucket.take();
      if (waitMs > 0) return tooOften("web_request", perMinute, waitMs);
      return await orExplain(send(input, { ...options, ...context }));
    },
  });
}

async function send(input: Input, options: WebRequestOptions & ToolContext): Promise<ToolOutput> {
  const { method, url, body } = input;
  const headers = headersOf(input, new Set(options.allowedHeaders));
  const { host, url: parsed } = parseTarget(url, options.rules?.ports);
  const { persona } = options;
  const request = { persona, method, url: parsed.href, host, headers, body };
  if (!(options.allowsHost?.(host) ?? false) && !((await options.approve?.(request)) ?? false)) {
    return approvalNeeded(request);
  }
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  const asked = { url: parsed.href, method, headers, body: bytes };
  const answer = await sendRequest(asked, options.rules ?? {}, options.signal);
  const location = answer.headers.get("location");
  const lines = [
    answerLine(answer),
    location === undefined ? "" : `location: ${location}`,
    answerContent(answer, "the answer is too long"),
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

/** As data, so that whoever shows it can offer the way out. */
function approvalNeeded({ host, method, url }: RequestToApprove): ToolOutput {
  const refusal = {
    error: "approval_needed",
    host,
    method,
    url,
    what: `Nothing was sent: the user has not allowed requests to "${host}".`,
  };
  return { ok: false, output: JSON.stringify(refusal) };
}
