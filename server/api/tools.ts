/** Tools: which there are, and calls of them behind the same guard as everywhere. */
import { z } from "zod";
import type { ToolListing } from "#core/tool-listing.ts";
import { problem } from "../http/problem.ts";
import type { JobData, JobInputs } from "../jobs/job-service.ts";
import { jsonObject } from "./json-value.ts";
import type { Routes } from "./routes.ts";

/** What became of a tool's first example. */
export interface ToolTrial {
  readonly ok: boolean;
  /** One clause for a person; never what a tool wrote. */
  readonly why: string;
}

type ToolCalled =
  | { readonly kind: "done"; readonly value: JobData }
  /** Neither are secrets in it, nor more than fits. */
  | { readonly kind: "failed" | "refused"; readonly message: string };

/** The tools of a home, cleaned of what must not be shown. */
export interface ToolsApi {
  list(): Promise<readonly ToolListing[]>;
  /** Best first. */
  search(query: string, signal: AbortSignal): Promise<readonly ToolListing[]>;
  /** @throws {OrgError} `TOOL_UNKNOWN`, `INPUT_INVALID` */
  call(name: string, args: JobInputs, signal: AbortSignal): Promise<ToolCalled>;
}

const callSchema: z.ZodType<{ readonly args?: JobInputs | undefined }> = z.strictObject({
  args: jsonObject.optional(),
});
const searchSchema = z.strictObject({ q: z.string().min(1).max(1000) });

export function toolRoutes(routes: Routes, tools: ToolsApi): void {
  routes.add(
    {
      ...{ method: "get", path: "/v1/tools", scope: "read" },
      summary: "Every tool of the home, and in what state it is",
      answers: { 200: { description: "Tools.", shape: "tools" } },
    },
    async (context) => context.json({ tools: (await tools.list()).map(listingOf) }),
  );
  routes.add(
    {
      ...{ method: "get", path: "/v1/tools/search", scope: "read", query: searchSchema },
      summary: "Tools that match a query, the best first",
      answers: { 200: { description: "Tools.", shape: "tools" } },
    },
    async (context, { query }) => {
      const found = await tools.search(query.q, context.req.raw.signal);
      return context.json({ tools: found.map(listingOf) });
    },
  );
  routes.add(
    {
      ...{ method: "post", path: "/v1/tools/{name}/call", scope: "run", body: callSchema },
      summary: "Calls a tool in the sandbox; a call that would need approval does not run",
      answers: { 200: { description: "Its result, or its failure.", shape: "called" } },
    },
    async (context, { body, param }) => {
      const called = await tools.call(param("name"), body.args ?? {}, context.req.raw.signal);
      if (called.kind === "done") return context.json({ ok: true, value: called.value });
      if (called.kind === "failed") return context.json({ ok: false, message: called.message });
      return context.json(problem("APPROVAL_NEEDED", called.message), 403);
    },
  );
}

export function trialRoute(
  routes: Routes,
  tryTool: ((name: string) => Promise<ToolTrial>) | undefined,
): void {
  routes.add(
    {
      ...{ method: "post", path: "/v1/tools/{name}/try", scope: "run" },
      summary: "Calls a tool with its own first example",
      answers: { 200: { description: "{ok, why}" } },
    },
    async (context, { param }) => {
      if (tryTool === undefined)
        return context.json({ ok: false, why: "no tool can be tried here" });
      return context.json(await tryTool(param("name")));
    },
  );
}

/** A registered tool knows more than what is listed. */
function listingOf({ name, description, origin, state, why, figures }: ToolListing): ToolListing {
  return {
    ...{ name, description, origin, state },
    ...(why === undefined ? {} : { why }),
    ...(figures === undefined ? {} : { figures }),
  };
}
