/** The browser of a room, as a tool of it: nothing is loaded, and nothing runs, before it is used. */
import { decide } from "#core/policy/decide.ts";
import type { HomePaths } from "#home/home-paths.ts";
import { Quarantine } from "#home/quarantine.ts";
import type { Settings } from "#home/settings/settings.ts";
import { findChromium, requireChromium } from "#platform/browser/chromium.ts";
import { resolveProgram } from "#platform/program-path.ts";
import type { Workspace } from "#platform/workspace.ts";
import { type BrowserCall, browserTool, type RoomBrowser } from "#tools/browser/browser-tool.ts";
import type { OneBrowser, RoomBrowserOptions } from "#tools/browser/room-browser.ts";
import { factsOf } from "#tools/call-guard.ts";
import { imagesIn } from "#tools/images-in.ts";
import type { Tool, ToolContext, ToolOutput } from "#tools/tool.ts";
import { webRequestTool } from "#tools/web-request.ts";
import type { NetworkOverrides } from "./context.ts";

/** For what only looks at the tool. */
export const NO_BROWSER: RoomBrowser = {
  describe: () => ({}),
  approvedHosts: () => [],
  run: () => Promise.reject(new Error("This browser is only looked at")),
  close: () => Promise.resolve(),
};

/** What a browser of a room needs of the process. */
export interface BrowserContext {
  readonly settings: Settings;
  readonly networkOverrides: NetworkOverrides;
  readonly workspace: Workspace;
  readonly paths: Pick<HomePaths, "quarantine">;
}

/** The tool of one room; none where the settings name no browser, or there is no Chromium. */
export function browserOf(context: BrowserContext): readonly Tool[] {
  const { browser } = context.settings;
  if (browser === undefined || findChromium(browser.path) === undefined) return [];
  return [browserTool(new LazyBrowser(context), context.networkOverrides.rules?.ports)];
}

class LazyBrowser implements RoomBrowser {
  readonly #place: BrowserContext;
  #browser: OneBrowser | undefined;

  constructor(context: BrowserContext) {
    this.#place = context;
  }

  describe(call: BrowserCall): ReturnType<RoomBrowser["describe"]> {
    return this.#browser?.describe(call) ?? {};
  }

  approvedHosts(persona: string): readonly string[] {
    return this.#browser?.approvedHosts(persona) ?? [];
  }

  async run(call: BrowserCall, context: ToolContext): Promise<ToolOutput> {
    const { OneBrowser } = await import("#tools/browser/room-browser.ts");
    this.#browser ??= new OneBrowser(optionsOf(this.#place));
    return await this.#browser.run(call, context);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }
}

function optionsOf({
  settings,
  networkOverrides,
  workspace,
  paths,
}: BrowserContext): RoomBrowserOptions {
  const { policy } = settings;
  const { resolver, allowAddress, ports } = networkOverrides.rules ?? {};
  const [page, request] = [browserTool(NO_BROWSER), webRequestTool()];
  const permission = (tool: Tool, args: Readonly<Record<string, unknown>>, persona: string) => {
    const call = { id: "", name: tool.name, arguments: args };
    return decide(policy, factsOf(tool, call, persona), resolveProgram).permission;
  };
  return {
    program: requireChromium(settings.browser?.path),
    egress: { resolver, allowAddress, ports },
    flags: networkOverrides.browserFlags,
    judge: (host, persona) => {
      const url = `https://${host.includes(":") ? `[${host}]` : host}/`;
      return permission(page, { action: "open", url }, persona);
    },
    maySend: (url, persona) => permission(request, { method: "POST", url }, persona) === "allow",
    ...(settings.browser?.files === true
      ? { keepDownload: (file) => new Quarantine(paths.quarantine).keep(file) }
      : {}),
    saveImage: imagesIn(workspace, "screenshots"),
    readFile: (path, most) => workspace.read(path, most),
  };
}
