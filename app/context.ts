/** What the parts of a process are given by the one that opens them all. */
import type { BudgetLedger } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import type { LeaseSpender } from "#core/policy/lease.ts";
import type { PolicyProgram } from "#core/policy/program.ts";
import type { Rates } from "#core/policy/rate-limit.ts";
import type { ResolveProgram } from "#core/policy/shell-allowlist.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HomePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { TextModel } from "#memory/note-embedder.ts";
import type { EngineEmbedder } from "#models/engine/engine-embedder.ts";
import type { EngineLender } from "#models/engine/lent-engine.ts";
import type { ProjectLocation } from "#ops/project/location.ts";
import type { ProjectWork } from "#ops/project/work.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import type { Workspace } from "#platform/workspace.ts";
import type { CompletionParts } from "#room/persona-completion.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { OpenComparison } from "./gate.ts";
import type { McpServers } from "./mcp-servers.ts";
import type { HomeMemory } from "./memory.ts";
import type { Providers } from "./providers.ts";
import type { HomeRules } from "./rules.ts";

/** What a person has set, and whom the parts of a process report to. It says nothing of a screen. */
export interface AppContext {
  readonly settings: Settings;
  /** The only one of the process. */
  readonly cleaner: TextCleaner;
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
  readonly output: {
    /** Reports progress and problems, in text that is clean. */
    readonly say: (text: string) => void;
  };
}

/** The parts of the world that the tools of the network depend on. */
export interface NetworkOverrides {
  readonly rules?: HttpRules;
  /** More flags of the browser. @default none */
  readonly browserFlags?: readonly string[];
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** Where a model server is looked for when a person named none. */
  readonly endpoints?: readonly string[];
}

/** As rooms take it: `Permissions` of room/permissions.ts. */
export interface HomePermissions extends Pick<Settings, "policy" | "approvalMs"> {
  readonly resolveProgram: ResolveProgram;
  readonly rates: Rates;
  readonly program: PolicyProgram | undefined;
  readonly leases: LeaseSpender;
}

/** What rooms, jobs and commands may open of a process: each of it exists once, and from its first use on. */
export interface AppParts {
  readonly settings: Settings;
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly cleaner: TextCleaner;
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
  readonly paths: HomePaths;
  readonly networkOverrides: NetworkOverrides;
  /** The PATH of the person who started the process: where their compilers and interpreters lie. */
  readonly searchPath: string;
  /** Told what answers took that no room has written down. */
  readonly onUsage?: CompletionParts["onUsage"];
  /** Plays main's suite with a candidate. */
  readonly compare: OpenComparison;
  /** What stands between every call and its tool. @throws {OrgError} `FILE_FAILED` */
  readonly permissions: HomePermissions;
  /** Disposes of what is handed to it when the process ends. */
  readonly parts: Pick<AsyncDisposableStack, "use">;
  /** The folder that tools write into; made when it is missing. */
  workspace(): Promise<Workspace>;
  /** What is kept beyond rooms; the owner of the home closes it. */
  readonly memory: HomeMemory;
  /** Rules that were learnt; the owner of the home closes them. */
  readonly rules: HomeRules;
  /** What a room changed in the user's repository: commands and the room of one process share it, and its lock. */
  projectWork(project: ProjectLocation, room: string): Promise<ProjectWork>;
  registry(): Promise<ToolRegistry>;
  mcpServers(): Promise<McpServers>;
  /**
   * @param lender whose engine is asked where the built-in one is; heard at the first call.
   * @throws {OrgError} `CONFIG_INVALID`, and what a cassette throws.
   */
  providers(lender?: EngineLender): Promise<Providers>;
  /** Who may use an endpoint, for all rooms and searches of the process. */
  readonly lockOf: (endpoint: string) => ChannelLock;
  /** What notes are compared by: the model that is named, else the engine's. @throws {OrgError} what its server throws. */
  textModel(): Promise<TextModel | undefined>;
  /** The embedding model of the built-in engine, where it is installed and no other one is named. */
  embedder(): Promise<EngineEmbedder | undefined>;
  budget(): Promise<BudgetLedger>;
}
