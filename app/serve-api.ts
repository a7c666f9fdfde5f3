/** What `org serve` offers beside its rooms: models for OpenAI clients, tools, and candidates. */

import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { PersonaCompletions } from "#room/persona-completion.ts";
import type { GenerationOptions } from "#server/app.ts";
import { OpenTurns } from "#server/http/open-turns.ts";
import { Conversations } from "#server/openai/conversations.ts";
import type { OpenAiParts } from "#server/openai/routes.ts";
import type { LocalHome } from "#server/socket/local-home.ts";
import { candidatesApi } from "./candidates-api.ts";
import type { AppContext, AppParts } from "./context.ts";
import { type DashboardParts, dashboard } from "./dashboard.ts";
import type { SeeCall } from "./home-tools.ts";
import { mcpApi } from "./mcp-api.ts";
import type { Participants } from "./rooms.ts";
import { toolsApi } from "./tools-api.ts";

export interface ServeApiParts {
  readonly context: AppContext;
  readonly home: LocalHome;
  readonly app: AppParts & { readonly participants: () => Promise<Participants> };
  /** Told how each call of a tool went. */
  readonly see: SeeCall;
  readonly tokens: DashboardParts["tokens"];
}

/** Of the generation that decides about main; a candidate offers its rooms and no more. */
export function serveApi({
  context,
  home,
  app,
  see,
  tokens,
}: ServeApiParts): Pick<
  GenerationOptions,
  "tools" | "candidates" | "openAi" | "mcp" | "turns" | "ui"
> {
  const completions = async () => (await app.participants()).completions;
  const turns = new OpenTurns();
  const tools = toolsApi(app, { see, persona: "http" });
  return {
    tools,
    turns,
    ui: dashboard({ home, app, tokens, turns }),
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
