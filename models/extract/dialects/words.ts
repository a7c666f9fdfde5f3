/** Dialects whose tags have words of their own for what a call is. */
import { type Body, type Dialect, isCutOff, type RawCall } from "../dialect.ts";
import { firstEnd } from "../ends/first-end.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import type { ToolIndex } from "../resolve.ts";
import { shape, space, type Verdict } from "../shape.ts";

const CWM_CLOSE = ["</tool>"] as const;
const CWM_HEAD = /^\s*[A-Za-z]{1,32}\s*>\s*(?<name>[^\s{<>]{1,128})(?<next>\s+\S|\{|\s*<)?/;
const CWM_BEGUN = /^\s{0,8}(?:[A-Za-z]{1,32}\s{0,8}(?:>[^<>]{0,160})?)?$/;
const CWM_JSON = /^[^>]{0,64}>\s*[^\s{]+\s*\{/;

/**
 * `<tool: function>`, a line end, `NAME JSON` or `NAME text`, `</tool>`: Code World Model. The label behind the colon is
 * any word.
 */
export const cwm: Dialect = {
  id: "cwm",
  markers: [
    {
      kind: "unit",
      open: ["<tool:"],
      after: cwmCall,
      end: firstEnd(
        CWM_JSON,
        valueEnd({ close: CWM_CLOSE, before: ["<tool:"] }),
        markerEnd({ close: CWM_CLOSE, before: ["\n<tool:"] }),
      ),
      read: readCwm,
    },
    { kind: "close", open: CWM_CLOSE },
  ],
};

/** Any label and any word could be XML; a declared name, or JSON behind the word, could not. */
function cwmCall(text: string, at: number, tools: ToolIndex): Verdict {
  const rest = text.slice(at, at + 256);
  const { name, next } = CWM_HEAD.exec(rest)?.groups ?? {};
  if (name === undefined || next === undefined) {
    return CWM_BEGUN.test(rest) && rest.length < 256 ? "more" : "no";
  }
  return next.trim() === "{" || tools.isDeclared(name) ? "yes" : "no";
}

function readCwm(body: Body): RawCall[] | null {
  const match = /^\s*[A-Za-z]+\s*>\s*(?<name>[^\s{<>]+)\s*/.exec(body.text);
  const name = match?.groups?.["name"];
  if (match === null || name === undefined) return null;
  const command = body.text.slice(match[0].length);
  if (command.startsWith("{")) return readArguments(body, { name, end: match[0].length });
  const args = command.trim() === "" ? {} : { command: command.trim() };
  return [{ name, arguments: args, truncated: isCutOff(body, undefined) }];
}

const MCP_CLOSE = "</use_mcp_tool>";
const MCP_NAME = /<tool_name>\s*([^<>\s]{1,128})\s*<\/tool_name>/;
const MCP_SERVER = /<server_name>\s*([^<>\s]{1,128})\s*<\/server_name>/;
const MCP_ARGUMENTS = "<arguments>";

/** MiroThinker, Cline: the server, the tool and the arguments in tags of their own. */
export const useMcpTool: Dialect = {
  id: "use-mcp-tool",
  markers: [
    {
      kind: "unit",
      open: ["<use_mcp_tool>"],
      after: shape(space, ["<server_name>", "<tool_name>"]),
      end: valueEnd({
        close: ["</arguments>", MCP_CLOSE],
        before: ["<use_mcp_tool>"],
        braces: true,
      }),
      read: readMcp,
    },
    { kind: "close", open: [MCP_CLOSE, "</arguments>"] },
  ],
};

function readMcp(body: Body): RawCall[] | null {
  const tool = MCP_NAME.exec(body.text)?.[1];
  if (tool === undefined) return null;
  const server = MCP_SERVER.exec(body.text)?.[1] ?? "";
  const joined = `${server}-${tool}`;
  // Where two servers have a tool of one name, it is declared with the name of its server.
  const name = !body.tools.isDeclared(tool) && body.tools.isDeclared(joined) ? joined : tool;
  const at = body.text.indexOf(MCP_ARGUMENTS);
  return readArguments(body, { name, end: at < 0 ? body.text.length : at + MCP_ARGUMENTS.length });
}
