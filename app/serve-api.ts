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
import { type HomeTools, type SeeCall, workflowTools } from "./home-tools.ts";
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
}: ServeApiParts): Pick<GenerationOptions, "tools" | "candidates" | "openAi"> {
  const completions = async () => (await participants()).completions;
  return {
    tools: toolsApi(app, see),
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

function toolsApi(app: AppParts, see: SeeCall): ToolsApi {
  const { cleaner } = app;
  let opened: Promise<HomeTools> | undefined;
  const homeTools = (): Promise<HomeTools> => {
    opened ??= workflowTools(app, { yes: false, persona: "http", see });
    return opened;
  };
  return {
    list: async () => cleaner.cleanData(await (await app.registry()).list()),
    search: async (query, signal) =>
      cleaner.cleanData(await (await app.registry()).search(query, MOST_FOUND, signal)),
    call: async (name, args, signal) => {
      const tools = await homeTools();
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
