/** The tools of a goal: those of jobs, and of rooms what needs none: the memory, and MCP servers. */
import type { Journal } from "#core/journal.ts";
import { foundText } from "#room/memory-text.ts";
import { memorySearchTool, NOTHING_FOUND } from "#tools/memory-search.ts";
import type { AppParts } from "./context.ts";
import { type HomeTools, type SeeCall, type ToolsApp, workflowTools } from "./home-tools.ts";

/** Notes and episodes, each, unless the model asks for another number. */
const MOST_FOUND = 5;

export interface GoalToolsOptions {
  readonly app: ToolsApp & Pick<AppParts, "memory" | "mcpServers">;
  readonly journal: Journal;
  /** Who acts, to the rules of the policy. */
  readonly persona: string;
  readonly see?: SeeCall | undefined;
}

/** @throws {OrgError} `FILE_FAILED` */
export async function goalTools({ app, journal, ...who }: GoalToolsOptions): Promise<HomeTools> {
  const search = memorySearchTool(async ({ query, most = MOST_FOUND }, { signal }) => {
    const memory = await app.memory.learning(journal, true);
    // What was said to one persona alone is not shown to a goal.
    const found = await memory?.search(query, { persona: "" }, { most, signal });
    return found === undefined ? NOTHING_FOUND : foundText(found);
  });
  const servers = app.settings.mcpServers.length === 0 ? undefined : await app.mcpServers();
  const beside = {
    tools: [search],
    dynamic: servers && ((about: string) => servers.dynamic(about)),
  };
  return await workflowTools(app, { yes: false, ...who, beside });
}
