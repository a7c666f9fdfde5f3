/** The screens of the dashboard about the home itself: all but its rooms. */
import { existsSync } from "node:fs";
import type { HomePaths } from "#home/home-paths.ts";
import type { JobService } from "#server/jobs/job-service.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import type { MemoryService } from "#server/socket/memory-service.ts";
import type { RulesService } from "#server/socket/rules-service.ts";
import type { Screen } from "#server/ui/page.ts";
import { budgetsScreen } from "#server/ui/screens/budgets.ts";
import { gateScreen } from "#server/ui/screens/gate.ts";
import { goalsScreen } from "#server/ui/screens/goals.ts";
import { healthScreen } from "#server/ui/screens/health.ts";
import { jobsScreen } from "#server/ui/screens/jobs.ts";
import { memoryScreen } from "#server/ui/screens/memory.ts";
import { overviewScreen } from "#server/ui/screens/overview.ts";
import { toolsScreen } from "#server/ui/screens/tools.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import { autonomyControl } from "./autonomy-control.ts";
import { budgetSource } from "./budget-source.ts";
import { candidatesApi } from "./candidates-api.ts";
import type { AppContext } from "./context.ts";
import { gateSource } from "./gate-source.ts";
import { healthSource } from "./health-source.ts";
import { toolsSource } from "./tools-source.ts";

/** The home that this process owns. */
export interface HomeScreensParts {
  readonly context: AppContext;
  readonly paths: HomePaths;
  readonly home: Pick<HomeService, "rooms" | "entries" | "questions">;
  readonly jobs: JobService;
  readonly memory: MemoryService;
  readonly rules: RulesService;
  readonly registry: () => Promise<ToolRegistry>;
  /** Starts `org` with these words in a process of its own. @default by the program that runs */
  readonly start?: ((args: readonly string[]) => void) | undefined;
}

export function homeScreens(parts: HomeScreensParts): readonly Screen[] {
  const { context, paths, home, jobs, memory, rules, registry, start } = parts;
  const { settings } = context;
  const gate = gateSource({ context, registry, candidates: candidatesApi(context), start });
  const health = healthSource({ context, paths, plans: settings.tasks, jobs, start });
  const budgets = budgetSource(settings, paths.spending);
  const existing = withoutMaking(memory, paths);
  return [
    overviewScreen({ home, jobs, memory: existing, gate, health, budgets }),
    gateScreen(gate),
    toolsScreen(toolsSource({ context, paths, registry, rooms: home, start })),
    jobsScreen(jobs),
    goalsScreen({ jobs, autonomy: autonomyControl(settings), settings: settings.autonomy }),
    memoryScreen({ memory: existing, rules }),
    healthScreen(health),
    budgetsScreen(budgets),
  ];
}

/** A memory that was never opened is not made for a look at it. */
function withoutMaking(
  memory: MemoryService,
  { memory: path }: Pick<HomePaths, "memory">,
): MemoryService {
  return async (request, signal) => {
    const isLook = request.kind === "list" || request.kind === "search";
    if (isLook && !existsSync(path)) return { notes: [], episodes: [] };
    return await memory(request, signal);
  };
}
