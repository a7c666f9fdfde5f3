import { z } from "zod";
import { TokenBucket } from "#core/rate-limit.ts";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";
import { decodeText, isText } from "#platform/net/media-type.ts";
import type { Workspace } from "#platform/workspace.ts";
import { answerContent, answerLine } from "#tools/answer-text.ts";
import { defineTool } from "#tools/define-tool.ts";
import { orExplain, tooOften } from "#tools/network-failure.ts";
import type { Tool, ToolContext, ToolOutput } from "#tools/tool.ts";

const PER_MINUTE = 30;

export interface WebFetchOptions {
  /** Where `save_to` writes. */
  readonly workspace: Workspace;
  /** @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
  /** Calls a minute, of all personas together. @default 30 */
  readonly perMinute?: number | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

/** Reads a page of the public internet; it can ask for nothing else and change nothing there. */
export function webFetchTool(options: WebFetchOptions): Tool {
  const perMinute = options.perMinute ?? PER_MINUTE;
  const bucket = new TokenBucket(perMinute, options.now);
  return defineTool({
    name: "web_fetch",
    effect: "none",
    capabilities: ["network", "file_write"],
    description:
      "Reads a public web page or text file (GET) as text. save_to: writes it unchanged to this file of the workspace instead of showing it.",
    input: z.object({
      url: z.string().min(1),
      save_to: z.string().min(1).optional(),
    }),
    run: async ({ url, save_to: path }, context) => {
      const waitMs = bucket.take();
      if (waitMs > 0) return tooOften("web_fetch", perMinute, waitMs);
      return await orExplain(fetchPage(url, path, { ...options, ...context }));
    },
  });
}

async function fetchPage(
  url: string,
  path: string | undefined,
  { workspace, rules, signal }: WebFetchOptions & ToolContext,
): Promise<ToolOutput> {
  // Before anything is sent: a wrong path is the model's to mend.
  if (path !== undefined) await workspace.resolve(path);
  const headers = { accept: "text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.1" };
  const answer = await sendRequest({ url, headers }, { ...rules, accepts: isText }, signal);
  const ok = answer.status < 400;
  const line = answerLine(answer);
  if (path === undefined || !ok) {
    const content = answerContent(answer, "save_to keeps the whole");
    return { ok, output: content === "" ? line : `${line}\n${content}` };
  }
  const file = await workspace.write(
    path,
    decodeText(answer.body, answer.headers.get("content-type")),
  );
  return {
    ok,
    output: `${line}\nsaved to ${file.path} (${file.bytes.toLocaleString("en")} bytes)`,
  };
}
