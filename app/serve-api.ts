/** What `org serve` offers beside its rooms: models for OpenAI clients, tools, and candidates. */

import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { PersonaCompletions } from "#room/persona-completion.ts";
import type { GenerationOptions } from "#server/app.ts";
import { OpenTurns } from "#server/http/open-turns.ts";
import type { JobService } from "#server/jobs/job-service.ts";
import { Conversations } from "#server/openai/conversations.ts";
import type { OpenAiParts } from "#server/openai/routes.ts";
import type { OwnHome } from "#server/socket/open-home.ts";
import type { RoomHost } from "#server/socket/room-host.ts";
import type { Screen } from "#server/ui/page.ts";
import { candidatesApi } from "./candidates-api.ts";
import type { AppContext, AppParts } from "./context.ts";
import { type DashboardParts, dashboard } from "./dashboard.ts";
import { homeScreens } from "./home-screens.ts";
import type { SeeCall } from "./home-tools.ts";
import { mcpApi } from "./mcp-api.ts";
import type { Participants } from "./rooms.ts";
import { toolsApi } from "./tools-api.ts";

export interface ServeApiParts {
  readonly context: AppContext;
  readonly home: RoomHost;
  readonly app: AppParts & { readonly participants: () => Promise<Participants> };
  /** Told how each call of a tool went. */
  readonly see: SeeCall;
  readonly tokens: DashboardParts["tokens"];
  /** What the home keeps beyond its rooms. */
  readonly own: Pick<OwnHome, "memory" | "rules">;
  /** Absent where none is done: then the dashboard has rooms alone. */
  readonly jobs: JobService | undefined;
}

/** Of the generation that decides about main; a candidate offers its rooms and no more. */
export function serveApi(
  parts: ServeApiParts,
): Pick<GenerationOptions, "tools" | "candidates" | "openAi" | "mcp" | "turns" | "ui"> {
  const { context, home, app, see, tokens } = parts;
  const completions = async () => (await app.participants()).completions;
  const turns = new OpenTurns();
  const tools = toolsApi(app, { see, persona: "http" });
  return {
    tools,
    turns,
    ui: dashboard({ home, app, tokens, turns, others: screensOf(parts) }),
    mcp: mcpApi({
      ...{ app, call: tools.call },
      ask: (request, signal) => home.ask(request, signal),
      close: (room) => home.close(room),
    }),
    candidates: candidatesApi(context),
    openAi: openAiParts(home, completions, context.cleaner),
  };
}

function screensOf({ context, home, app, own, jobs }: ServeApiParts): readonly Screen[] {
  if (jobs === undefined) return [];
  const { memory, rules } = own;
  const registry = () => app.registry();
  return homeScreens({ context, paths: app.paths, home, jobs, memory, rules, registry });
}

function openAiParts(
  home: RoomHost,
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
