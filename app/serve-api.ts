/** What `org serve` offers beside its rooms: models for OpenAI clients, tools, and candidates. */

import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { PersonaCompletions } from "#room/persona-completion.ts";
import type { ToolsApi } from "#server/api/tools.ts";
import type { GenerationOptions } from "#server/app.ts";
import { Conversations } from "#server/openai/conversations.ts";
import type { OpenAiParts } from "#server/openai/routes.ts";
import type { LocalHome } from "#server/socket/local-home.ts";
import { compileSchema } from "#tools/contract/schema-check.ts";
import { candidatesApi } from "./candidates-api.ts";
import type { AppContext, AppParts } from "./context.ts";
import { type Caller, type SeeCall, workflowTools } from "./home-tools.ts";
import { mcpApi } from "./mcp-api.ts";
import type { Participants } from "./rooms.ts";
import { badArguments, unknownTool } from "./tool-job.ts";

export interface ServeApiParts {
  readonly context: AppContext;
  readonly home: LocalHome;
  readonly app: AppParts;
  /** Told how each call of a tool went. */
  readonly see: SeeCall;
  readonly participants: () => Promise<Participants>;
}

/** Of the generation that decides about main; a candidate offers its rooms and no more. */
export function serveApi({
  context,
  home,
  app,
  see,
  participants,
}: ServeApiParts): Pick<GenerationOptions, "tools" | "candidates" | "openAi" | "mcp"> {
  const completions = async () => (await participants()).completions;
  const tools = toolsApi(app, { see, persona: "http" });
  return {
    tools,
    mcp: mcpApi({
      ...{ app, call: tools.call },
      ask: (request, signal) => home.ask(request, signal),
      close: (room) => home.close(room),
    }),
    candidates: candidatesApi(context),
    openAi: openAiParts(home, completions, context.cleaner),
  };
}

function openAiParts(
  home: LocalHome,
  completions: () => Promise<PersonaCompletions>,
  cleaner: TextCleaner,
): Omit<OpenAiParts, "turns"> {
  const personas = async () => (await completions()).personas.map(({ id }) => id);
  return {
    completions,
    conversations: new Conversations({ begin: (events) => home.begin(events), cleaner, personas }),
    ask: (request, signal) => home.ask(request, signal),
    newRoom: () => home.begin([]),
    close: (room) => home.close(room),
  };
}

const MOST_FOUND = 10;

/** @param by who calls, to the rules of the policy, and who is told how it went. */
export function toolsApi(app: AppParts, by: Pick<Caller, "persona" | "see">): ToolsApi {
  const { cleaner } = app;
  return {
    list: async () => cleaner.cleanData(await (await app.registry()).list()),
    search: async (query, signal) =>
      cleaner.cleanData(await (await app.registry()).search(query, MOST_FOUND, signal)),
    call: async (name, args, signal) => {
      // Opened for each call: another tool may have been promoted, enabled or disabled meanwhile.
      const tools = await workflowTools(app, { yes: false, ...by });
      const schema = tools.schemaOf(name);
      if (schema === undefined) throw unknownTool(name, tools.names);
      const [problem] = compileSchema("input", schema).safeParse(args).error?.issues ?? [];
      if (problem !== undefined) {
        throw badArguments(name, `${problem.path.join(".")}: ${problem.message}`);
      }
      return await tools.call(name, args, signal);
    },
  };
}
