/** What a generation answers, resource by resource. */
import { Hono } from "hono";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type CandidatesApi, candidateRoutes } from "./api/candidates.ts";
import { jobRoutes } from "./api/jobs.ts";
import { roomRoutes } from "./api/rooms.ts";
import { Routes } from "./api/routes.ts";
import { systemRoutes, type Trouble } from "./api/system.ts";
import { type ToolsApi, type ToolTrial, toolRoutes, trialRoute } from "./api/tools.ts";
import { observeRequests, type RequestReport } from "./http/observe-requests.ts";
import { behindGateway } from "./http/open-port.ts";
import { OpenTurns } from "./http/open-turns.ts";
import type { RequestEnv } from "./http/request-env.ts";
import type { JobService } from "./jobs/job-service.ts";
import { mcpRoutes } from "./mcp/mcp-routes.ts";
import type { McpParts } from "./mcp/mcp-tools.ts";
import { type OpenAiParts, openAiRoutes } from "./openai/routes.ts";
import type { HomeService } from "./socket/home-service.ts";
import type { Application } from "./socket/owner-server.ts";
import { linkRoutes } from "./ui/link-routes.ts";
import { type UiParts, uiApp } from "./ui/ui-app.ts";

interface Generation {
  readonly name: "current" | "candidate";
  /** The commit that it is made of. */
  readonly commit: string;
  /** Names of the tools that its personas have beside the built-in ones. */
  readonly tools: () => readonly string[] | Promise<readonly string[]>;
  /** Calls a tool with its own first example. @default no tool can be tried */
  readonly tryTool?: ((name: string) => Promise<ToolTrial>) | undefined;
}

export interface GenerationOptions {
  readonly generation: Generation;
  readonly service: HomeService;
  /** Told of what went wrong here and is not told to the caller. @default it is dropped */
  readonly report?: ((error: unknown, requestId?: string) => void) | undefined;
  /** Counts the answers under way. */
  readonly turns?: OpenTurns | undefined;
  /** Told of every request. */
  readonly onRequest?: ((request: RequestReport) => void) | undefined;
  /** Everything that is counted, in the text format of Prometheus. @default there are no metrics */
  readonly metricsText?: (() => Promise<string>) | undefined;
  /** What keeps the home from taking new work, such as a full disk. @default it is not asked */
  readonly trouble?: (() => Promise<Trouble | undefined>) | undefined;
  /** How the database is that several machines share. @default there is none */
  readonly database?: (() => Promise<object>) | undefined;
  /** Knows the secrets of the process. @default what secrets look like */
  readonly cleaner?: TextCleaner | undefined;
  /** What has no part here is not served. */
  readonly jobs?: JobService | undefined;
  readonly tools?: ToolsApi | undefined;
  readonly candidates?: CandidatesApi | undefined;
  readonly openAi?: Omit<OpenAiParts, "turns"> | undefined;
  readonly mcp?: McpParts | undefined;
  readonly ui?: UiParts | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

export function generationApp(options: GenerationOptions): Hono<RequestEnv> {
  const { turns = new OpenTurns(), report = () => undefined, onRequest, service } = options;
  const { cleaner = new TextCleaner() } = options;
  const { jobs, tools, candidates, openAi, mcp, ui } = options;
  const app = new Hono<RequestEnv>();
  if (onRequest !== undefined) app.use(observeRequests(onRequest));
  behindGateway(app);
  const routes = new Routes(app, report);
  const now = options.now ?? (() => performance.now());
  systemRoutes(routes, { ...options, now, isReady: () => !turns.isLeaving });
  roomRoutes(routes, { service, turns, report, cleaner });
  if (tools !== undefined) toolRoutes(routes, tools);
  trialRoute(routes, options.generation.tryTool);
  if (jobs !== undefined) jobRoutes(routes, jobs);
  if (candidates !== undefined) candidateRoutes(routes, candidates);
  if (openAi !== undefined) openAiRoutes(routes, { ...openAi, turns });
  if (mcp !== undefined) mcpRoutes(routes, { ...mcp, turns });
  if (ui !== undefined) {
    linkRoutes(routes, ui.sessions);
    const { name, commit } = options.generation;
    const serves = `${name} ${commit.slice(0, 12)}`;
    app.route("/", uiApp({ ...ui, serves, cleaner, report: (error) => routes.report(error) }));
  }
  return app;
}

/** The same on the socket of a home: the file system lets only its user connect, who has nothing to prove. */
export function socketApplication(app: Hono<RequestEnv>): Application {
  return async (request) => await app.fetch(request, { claim: { name: "local", scope: "admin" } });
}
