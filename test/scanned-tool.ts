/** Sources of small tools, and what a scan says of them. */
import { scanTool } from "#fitness/static/typescript/scan-tool.ts";

export const TOOL_HEAD =
  'import { z } from "zod";\nexport const input = z.object({ text: z.string() });\n';

/** A tool with a body of `run`, and what stands before it. */
export function toolSource(body: string, before = ""): string {
  const start = "export async function run(args: z.infer<typeof input>, ctx: any)";
  return `${TOOL_HEAD}${before}\n${start} {\n${body}\n}\n`;
}

/** What a scan finds wrong. */
export function messagesOf(source: string): readonly string[] {
  return scanTool("tool.ts", source).findings.map(({ message }) => message);
}
