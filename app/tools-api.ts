/** The tools of a home, for callers that have no room: over HTTP and for MCP clients. */
import type { ToolsApi } from "#server/api/tools.ts";
import { compileSchema } from "#tools/contract/schema-check.ts";
import type { AppParts } from "./context.ts";
import { type Caller, workflowTools } from "./home-tools.ts";
import { badArguments, unknownTool } from "./tool-job.ts";

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
