/** The goals among the jobs of a home. */
import type { JobService, JobView } from "./job-service.ts";

/** So many jobs are looked at in one step. */
const PAGE = 200;

/** The newest first, at most so many. @throws {OrgError} as `JobService.list`. */
export async function newestGoals(
  jobs: Pick<JobService, "list">,
  most: number,
): Promise<readonly JobView[]> {
  const goals: JobView[] = [];
  for (let after: string | undefined, isMore = true; isMore && goals.length < most; ) {
    const page = await jobs.list({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    goals.push(...page.jobs.filter((job) => job.work.kind === "goal"));
    after = page.next;
    isMore = after !== undefined;
  }
  return goals.slice(0, most);
}
