import { stat } from "node:fs/promises";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { Permission } from "#core/policy/policy.ts";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";
import { decodeText, isText } from "#platform/net/media-type.ts";
import type { Target } from "#platform/net/target.ts";
import type { Workspace } from "#platform/workspace.ts";
import { answerContent, answerLine } from "./answer-text.ts";
import { defineTool } from "./define-tool.ts";
import { orExplain } from "./network-failure.ts";
import type { Tool, ToolContext, ToolOutput } from "./tool.ts";

export interface WebFetchOptions {
  /** Where `save_to` writes. */
  readonly workspace: Workspace;
  /** @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
  /**
   * What the human's policy says of a page, for redirects: the call itself was judged by its `url` alone.
   *
   * @default every page has to be asked about
   */
  readonly judge?: ((url: string, persona: string) => Permission) | undefined;
}

const inputSchema = z.object({
  url: z.string().min(1),
  save_to: z.string().min(1).optional(),
  overwrite: z.boolean().optional(),
});
type Input = z.infer<typeof inputSchema>;

/** Reads a page of the public internet; it can ask for nothing else and change nothing there. */
export function webFetchTool(options: WebFetchOptions): Tool {
  return defineTool({
    name: "web_fetch",
    // It can write a file, so a call that was cut off in the middle must not run.
    effect: "execute",
    capabilities: ["network", "file_write"],
    description:
      "Reads a public web page or text file (GET) as text. save_to: writes it to this new file of the workspace instead of showing it; overwrite: the file may exist.",
    input: inputSchema,
    run: async (input, context) => await orExplain(fetchPage(input, options, context)),
  });
}

async function fetchPage(
  { url, save_to: path, overwrite = false }: Input,
  { workspace, rules, judge = () => "ask" }: WebFetchOptions,
  { signal, persona, clean }: ToolContext,
): Promise<ToolOutput> {
  // Before anything is sent: a wrong path is the model's to mend.
  if (path !== undefined) await refuseExisting(workspace, path, overwrite);
  const headers = { accept: "text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.1" };
  // Within a host a redirect is what was asked for; to another one it is a question of its own.
  const allowsRedirect = (to: Target, from: Target): boolean => {
    const permission = judge(to.url.href, persona);
    return permission === "allow" || (permission === "ask" && to.host === from.host);
  };
  const requestRules = { ...rules, accepts: isText, allowsRedirect };
  const answer = await sendRequest({ url, headers }, requestRules, signal);
  const ok = answer.status < 400;
  const line = answerLine(answer);
  if (path === undefined || !ok) {
    const content = await answerContent(answer, { more: "save_to keeps the whole", clean });
    return { ok, output: content === "" ? line : `${line}\n${content}` };
  }
  const text = decodeText(answer.body, answer.headers.get("content-type"));
  const file = await (overwrite ? workspace.write(path, text) : workspace.create(path, text));
  return {
    ok,
    output: `${line}\nsaved to ${file.path} (${file.bytes.toLocaleString("en")} bytes)`,
  };
}

async function refuseExisting(
  workspace: Workspace,
  path: string,
  overwrite: boolean,
): Promise<void> {
  const resolved = await workspace.resolve(path);
  // `create` has the last word: another process may take the name while the page is on its way.
  const there = await stat(resolved).catch(() => undefined);
  if (overwrite || there?.isFile() !== true) return;
  throw new OrgError(`"${path}" is there already`, {
    code: "FILE_FAILED",
    why: "save_to writes a new file unless overwrite is true",
    remedies: ["choose another name", '"overwrite": true'],
    unchanged: "Nothing was asked for and nothing was written.",
  });
}
