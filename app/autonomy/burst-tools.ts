/** What a burst can call: tools without effects that a person allowed, through the same guard as every other call. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { priceOf } from "#core/budget.ts";
import type { Account } from "#core/budget-ledger.ts";
import type { GoalAction } from "#core/goal-step.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import { limited } from "#models/limited.ts";
import type { ActionResult } from "#room/cycles/run-cycles.ts";
import type { BurstService } from "#server/socket/burst-service.ts";
import { type CallGuard, factsOf } from "#tools/call-guard.ts";
import { defineTool } from "#tools/define-tool.ts";
import { memorySearchTool } from "#tools/memory-search.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import { tryRegisteredTool } from "#tools/registry/try-tool.ts";
import type { Tool } from "#tools/tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import type { AppParts } from "../context.ts";
import { guardOf } from "../home-tools.ts";
import type { BuildLimits, BurstTools } from "./burst.ts";

export type BurstApp = Pick<
  AppParts,
  | ("settings" | "cleaner" | "permissions" | "registry" | "paths" | "compare" | "budget")
  | ("providers" | "lockOf")
>;

export interface OpenedBurst {
  readonly id: string;
  readonly owner: BurstService;
  /** Pays for what a build asks. */
  readonly account: Account;
}

/** Tools without effects that there are outside of rooms. */
export const AUTONOMY_TOOLS: readonly string[] = ["memory_search", "tools_search"];

/** So many tools are found by a search. */
const MOST_FOUND = 5;

/** Those of {@link AUTONOMY_TOOLS}. */
function searchTools(registry: ToolRegistry, { id, owner }: OpenedBurst): readonly Tool[] {
  return [
    memorySearchTool(async ({ query }) => await owner.search(id, query)),
    defineTool({
      name: "tools_search",
      effect: "none",
      description: "Finds tools that were made here by what they do.",
      input: z.object({ query: z.string().min(1).max(300) }),
      run: async ({ query }, { signal }) => {
        const found = await registry.search(query, MOST_FOUND, signal);
        // It can call none of those that come with the program.
        const made = found.filter(({ origin }) => origin !== "built-in");
        const rows = made.map(({ name, description }) => `${name}: ${description}`);
        return { ok: true, output: rows.join("\n") || "No tool matches that." };
      },
    }),
  ];
}

/** @throws {OrgError} `FILE_FAILED` */
export async function burstTools(app: BurstApp, burst: OpenedBurst): Promise<BurstTools> {
  const { settings, cleaner } = app;
  const registry = await app.registry();
  const allowed = searchTools(registry, burst).filter(
    ({ name, effect }) => effect === "none" && settings.autonomy.allow.includes(name),
  );
  const box = new Toolbox(allowed, { cleaner });
  const guard = guardOf(app, { yes: false, persona: AUTONOMY });
  const all = await registry.list();
  const made = all.filter(({ origin, state }) => origin !== "built-in" && state === "ready");
  return {
    schemas: allowed.map(({ schema }) => schema),
    refusalOf: async (action, signal) => await refusalOf(action, { allowed, box, guard, signal }),
    call: async ({ name, args }, signal) => {
      const call = box.resolve({ id: randomUUID(), name, arguments: args });
      const { ok, output } = await box.run(call, { persona: AUTONOMY, signal });
      return { outcome: ok ? "done" : "failed", text: output };
    },
    made: made.map(({ name }) => name),
    tryTool: async (name, signal) => {
      const { ok, why } = await tryRegisteredTool(registry, name, signal);
      return { outcome: ok ? "done" : "failed", text: `${name}: ${why}` };
    },
    ...(settings.autonomy.mayCode
      ? { build: async (goal, within) => await build(app, burst, { goal, ...within }) }
      : {}),
  };
}

interface Guarded {
  readonly allowed: readonly Tool[];
  readonly box: Toolbox;
  readonly guard: CallGuard;
  readonly signal: AbortSignal;
}

async function refusalOf(
  { name, args }: GoalAction,
  { allowed, box, guard, signal }: Guarded,
): Promise<string | undefined> {
  const tool = allowed.find((one) => one.name === name);
  if (tool === undefined) return `"${name}" is not a tool that autonomy may call`;
  const call = box.resolve({ id: randomUUID(), name, arguments: args });
  const facts = factsOf(tool, call, AUTONOMY);
  const refusal = await guard.refusalOf({ call, facts, signal });
  return refusal?.output.split("\n").slice(0, 2).join(": ");
}

/** A candidate, whatever `promotion` says: what was built without a person being asked waits for one. */
async function build(
  app: BurstApp,
  { account }: OpenedBurst,
  { goal, ledger, signal }: BuildLimits & { readonly goal: string },
): Promise<ActionResult> {
  const { paths, cleaner, compare } = app;
  const settings = { ...app.settings, promotion: "ask", approvedCapabilities: [] } as const;
  const [{ toolBuilder }, { main }, registry] = await Promise.all([
    import("../forge.ts"),
    app.providers(),
    app.registry(),
  ]);
  const priced = (name: string) => priceOf(settings.prices, name);
  const run = toolBuilder({
    ...{ app: { settings, paths, cleaner, compare }, account },
    provider: limited(main, { ledger, priceOf: priced }),
    byHand: (name) => settingsOfModel(settings.models, name),
    model: settings.autonomy.model ?? settings.model ?? ANY_MODEL,
    lock: app.lockOf(main.endpoint),
    others: await registry.list(),
  });
  const { outcome, name = "", path = "", next = "", reasons } = await run({ goal }, { signal });
  return outcome === "delivered"
    ? { outcome: "done", text: `${name} waits as ${path}. ${next}` }
    : { outcome: "failed", text: reasons.join("; ") || "nothing was built" };
}
