/** The tool `browser`: one browser for a room, read as text and used by names. */
import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import { orExplain } from "../network-failure.ts";
import type { Tool, ToolContext, ToolOutput } from "../tool.ts";
import { spelledOut } from "./page-address.ts";

const ACTIONS = [
  "open",
  "click",
  "type",
  "select",
  "press",
  "back",
  "read",
  "screenshot",
  "close",
] as const;

/** What a model asks for, with what {@link RoomBrowser.describe} adds to it. */
export interface BrowserCall {
  readonly action: (typeof ACTIONS)[number];
  readonly url?: string | undefined;
  readonly ref?: string | undefined;
  readonly text?: string | undefined;
  readonly submit?: boolean | undefined;
  /** Further hosts that the page may reach. */
  readonly hosts?: readonly string[] | undefined;
  /** What the name in `ref` stands for; ours to say. */
  readonly element?: string | undefined;
  /** It takes a password; ours to say. */
  readonly password?: boolean | undefined;
  /** It takes a file of the workspace, which `text` names; ours to say. */
  readonly upload?: boolean | undefined;
}

/** What we say of a call. */
export type BrowserTarget = Pick<BrowserCall, "url" | "element" | "password" | "upload">;

/** The browser of a room, which is opened by its first use. */
export interface RoomBrowser {
  /** Says of a call what the user and the policy have to know: the address of the page, and what is used on it. */
  describe(call: BrowserCall): BrowserTarget;
  /** Hosts that the user approved for a persona, for as long as the browser is open. */
  approvedHosts(persona: string): readonly string[];
  run(call: BrowserCall, context: ToolContext): Promise<ToolOutput>;
  /** Ends every process of it. */
  close(): Promise<void>;
}

const MOST_TEXT = 20_000;

const callSchema: z.ZodType<BrowserCall> = z.object({
  action: z.enum(ACTIONS),
  url: z.string().min(1).optional(),
  ref: z.string().min(1).optional(),
  text: z.string().max(MOST_TEXT).optional(),
  submit: z.boolean().optional(),
  hosts: z.array(z.string().min(1)).max(8).optional(),
  element: z.string().optional(),
  password: z.boolean().optional(),
  upload: z.boolean().optional(),
});

/**
 * @param browser of the room that the tool belongs to.
 * @param ports that pages may be served on. @default 443
 */
export function browserTool(browser: RoomBrowser, ports?: readonly number[]): Tool {
  const tool = defineTool({
    name: "browser",
    effect: "execute",
    capabilities: ["network", "file_write"],
    lasts: true,
    description: [
      "Uses web pages (https) that need clicks, forms or scripts; to only read one, web_fetch is cheaper. The answer is the page as text, with names such as e12 for what can be used.",
      "open: url; hosts: further hosts that the page needs. click: ref. type: ref, text. select: ref, text (the option). press: text (a key). read: the page again, or ref (m3: the rows left out). back, screenshot, close.",
      "submit: true where the action sends a form or changes something; the user is asked.",
    ].join(" "),
    input: callSchema,
    unlisted: ["element", "password", "upload"],
    example: { action: "open", url: "https://example.org/" },
    run: async (call, context) => await orExplain(browser.run(call, context)),
  });
  return {
    ...tool,
    approvedHosts: (persona) => browser.approvedHosts(persona),
    close: () => browser.close(),
    fit: (args) => {
      const fitted = tool.fit?.(args) ?? args;
      const call = callSchema.safeParse(fitted).data;
      return call === undefined ? fitted : described(call, browser, ports);
    },
  };
}

/** The call with what only we know, which no model can say for us. */
function described(
  { element: _, password: __, upload: ____, ...call }: BrowserCall,
  browser: RoomBrowser,
  ports: readonly number[] | undefined,
): BrowserCall {
  if (call.action === "open") {
    return call.url === undefined ? call : { ...call, url: spelledOut(call.url, ports) };
  }
  const { url: ___, ...rest } = call;
  return { ...rest, ...browser.describe(call) };
}
