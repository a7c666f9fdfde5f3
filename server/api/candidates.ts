/** Candidates: what waits for main, what the gate says of it, and a human's approval or rejection from elsewhere. */
import { z } from "zod";
import type { Routes } from "./routes.ts";

interface CandidateSummary {
  /** Its branch without "cand/". */
  readonly id: string;
  readonly branch: string;
  readonly commit: string;
  /** Absent: it was not judged yet. */
  readonly verdict?: string | undefined;
  readonly stage?: string | undefined;
  readonly reason?: string | undefined;
}

export interface CandidatesApi {
  list(): Promise<readonly CandidateSummary[]>;
  /** The last verdict with its evidence, as the gate signed it. @throws {OrgError} `INPUT_MISSING` */
  verdict(id: string): Promise<unknown>;
  /**
   * Begins to promote one in a process of its own, which outlives this one: a promotion restarts it.
   *
   * @param approves one that is held for a human.
   * @throws {OrgError} `INPUT_MISSING`
   */
  promote(id: string, approves: boolean): Promise<void>;
  /** @throws {OrgError} `INPUT_MISSING` */
  reject(id: string, reason: string): Promise<void>;
}

const promoteSchema = z.strictObject({
  approve: z.boolean().optional().describe("Approves a candidate that is held for the user."),
});
const rejectSchema = z.strictObject({ reason: z.string().max(1000).optional() });

export function candidateRoutes(routes: Routes, candidates: CandidatesApi): void {
  routes.add(
    {
      ...{ method: "get", path: "/v1/candidates", scope: "read" },
      summary: "Candidates, the newest first",
      answers: { 200: { description: "Candidates.", shape: "candidates" } },
    },
    async (context) => context.json({ candidates: await candidates.list() }),
  );
  routes.add(
    {
      ...{ method: "get", path: "/v1/candidates/{id}/verdict", scope: "read" },
      summary: "The gate's verdict on a candidate, stage by stage, with its signature",
      answers: { 200: { description: "{record, signature}" } },
    },
    async (context, { param }) => context.json(Object(await candidates.verdict(param("id")))),
  );
  routes.add(
    {
      ...{
        method: "post",
        path: "/v1/candidates/{id}/promote",
        scope: "admin",
        body: promoteSchema,
      },
      summary: "Judges a candidate and merges it if the gate lets it pass",
      answers: { 202: { description: "It has begun; this process is restarted when main moves." } },
    },
    async (context, { body, param }) => {
      await candidates.promote(param("id"), body.approve === true);
      return context.json({ id: param("id"), begun: true }, 202);
    },
  );
  routes.add(
    {
      ...{ method: "post", path: "/v1/candidates/{id}/reject", scope: "admin", body: rejectSchema },
      summary: "Says no to a candidate",
      answers: { 200: { description: "{id, rejected: true}" } },
    },
    async (context, { body, param }) => {
      await candidates.reject(param("id"), body.reason ?? "");
      return context.json({ id: param("id"), rejected: true });
    },
  );
}
