import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HomePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { CompletionParts } from "#room/persona-completion.ts";
import type { ToolsLocation } from "#tools/registry/open-registry.ts";
import type { NetworkOverrides } from "./context.ts";
import type { McpServersOptions } from "./mcp-servers.ts";
import type { PolicyProgramOptions } from "./policy-program.ts";

/** What a person has set, once and for this run. */
export interface AppOptions {
  readonly settings: Settings;
  /** Options of the command line by their long names. @default none */
  readonly flags?: ReadonlyMap<string, string>;
  /** The only one of the process. @default one that knows the secrets of the settings */
  readonly cleaner?: TextCleaner;
  /** Ends what takes long. @default nothing does */
  readonly signal?: AbortSignal;
  /** Where the state of its generation lies. @default that of the current one */
  readonly paths?: HomePaths;
  /** Which generated tools its rooms have. @default those of the home */
  readonly toolsLocation?: ToolsLocation | undefined;
  /** Told what answers took that no room has written down. */
  readonly onUsage?: CompletionParts["onUsage"];
  /** Told of every question that was put to the policy program. */
  readonly onPolicy?: PolicyProgramOptions["onOutcome"];
  /** Told of each line that an MCP server writes to standard error, as it came. */
  readonly onMcpLine?: McpServersOptions["onLine"];
  /**
   * What lies beyond this machine. For tests, which must not leave it: no setting, flag or variable leads here.
   *
   * @default the public internet
   */
  readonly networkOverrides?: NetworkOverrides;
  /** The PATH of the person who started the process. @default their programs are not shown to a sandbox */
  readonly searchPath?: string | undefined;
}
