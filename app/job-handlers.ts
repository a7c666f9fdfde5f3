/** What this process does for each kind of job. */
import { OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type { HomePaths } from "#home/home-paths.ts";
import type { Model } from "#models/model.ts";
import type { JobHandlers } from "#server/jobs/job-handlers.ts";
import type { LocalJobs } from "#server/jobs/local-jobs.ts";
import { roomJob } from "#server/jobs/room-job.ts";
import type { OwnHome } from "#server/socket/open-home.ts";
import { RunStore } from "#tools/workflow/run-store.ts";
import type { AppParts } from "./context.ts";
import { goalJob } from "./goal-job.ts";
import { goalTools } from "./goal-tools.ts";
import { type HomeTools, type SeeCall, workflowTools } from "./home-tools.ts";
import type { Participants } from "./rooms.ts";
import { taskJob } from "./task-job.ts";
import { toolJob } from "./tool-job.ts";
import { workflowJob } from "./workflow-job.ts";

/** Whose language model works on goals. */
const GOAL_PERSONA = "agent";

export interface JobHandlerOptions {
  readonly paths: HomePaths;
  readonly home: {
    /** Of the rooms of this home; `undefined`: this process has none. */
    readonly service: OwnHome["service"] | undefined;
    readonly journal: Journal;
  };
  /** The models of its participants work on goals. */
  readonly app: AppParts & { participants(): Promise<Participants> };
  /** Told how each call of a tool went that no room has made. */
  readonly see: SeeCall;
  readonly jobs: () => LocalJobs;
}

/** @param parts disposes of what the work needs. */
export function jobHandlersOf(
  { paths, home: { service: home, journal }, app, see, jobs }: JobHandlerOptions,
  parts: AsyncDisposableStack,
): JobHandlers {
  const model = async (): Promise<Model> => {
    const { models } = await app.participants();
    const found = models.find(({ persona }) => persona.id === GOAL_PERSONA) ?? models[0];
    if (found === undefined) throw new Error("A home has personas");
    return found;
  };
  // Made when the first job needs it: many a home has none.
  let store: RunStore | undefined;
  // Opened for each job: another tool may have been promoted, enabled or disabled meanwhile.
  const homeTools = (): Promise<HomeTools> =>
    workflowTools(app, { yes: false, persona: "job", see });
  return {
    goal: async (run) => {
      const tools = await goalTools({ app, journal, persona: "job", see });
      const budget = await app.budget();
      const builtIn = { app, journal, jobs };
      return await goalJob({ app, journal, tools, budget, model, builtIn }, run);
    },
    message: async (run) => await roomJob(home ?? noRooms(), run, run.work),
    tool: async (run) => await toolJob(await homeTools(), run),
    task: async (run) =>
      await taskJob({ home: paths.root, program: Bun.main, flags: app.flags }, run),
    workflow: async (run) => {
      store ??= parts.use(new RunStore(paths.workflowRuns));
      const { workflows: folder, workflowLocks: locks } = paths;
      return await workflowJob({ tools: await homeTools(), store, folder, locks }, run);
    },
  };
}

function noRooms(): never {
  throw new OrgError("This process has no rooms", {
    code: "JOB_REFUSED",
    why: "a worker does only jobs that need no room",
    remedies: ["org serve   # has the rooms of its home"],
    unchanged: "Nothing was said.",
  });
}
