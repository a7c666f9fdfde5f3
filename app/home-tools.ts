/** The tools of the home as the steps of workflows call them: same guard, same sandbox, and data as data. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { ToolResult, ToolSchema } from "#core/calls.ts";
import type { Capability } from "#core/policy/policy.ts";
import { Approvals } from "#room/approvals.ts";
import { offersTool, turnGuard } from "#room/permissions.ts";
import { type CallGuard, factsOf } from "#tools/call-guard.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import { generatedTool } from "#tools/generated-tool.ts";
import { NO_OUTPUT } from "#tools/program-output.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { Tool } from "#tools/tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import type { ToolAnswer, WorkflowTools } from "#tools/workflow/tool-port.ts";
import type { Json, JsonObject } from "#tools/workflow/workflow.ts";
import type { AppParts } from "./context.ts";
import { builtInTools } from "./rooms.ts";

const jsonSchema: z.ZodType<Json> = z.json();

/** Who calls, to the rules of the policy. */
const PERSONA = "workflow";
/** What can be done twice without harm. */
const READ_ONLY: ReadonlySet<string> = new Set<Capability>(["file_read"]);
/** They belong to a room. */
const ROOM_TOOLS: ReadonlySet<string> = new Set([
  ...["chat_mode", "forge", "tools_search", "memory_save", "memory_search"],
  ...["read_file", "edit_file", "write_file", "find", "browser"],
]);

/** So many generated tools are offered at most: each more is a chance to choose wrongly. */
const MAX_TOOLS = 8;

/** Who calls, and with whose approval. */
export interface Caller {
  /** Approves whatever the policy asks about; without it the answer is no. */
  readonly yes: boolean;
  /** Who calls, to the rules of the policy. @default "workflow" */
  readonly persona?: string | undefined;
  /** Told how each call went, refused ones included. */
  readonly see?: SeeCall | undefined;
  /** What it has beside the tools of the home. @default nothing */
  readonly beside?: ToolsBeside | undefined;
}

interface ToolsBeside {
  /** Before the built-in ones, and those of rooms, with their names. */
  readonly tools: readonly Tool[];
  /** Tools of MCP servers; those that share words with the text are declared. */
  readonly dynamic?: ((about: string) => DynamicTools | undefined) | undefined;
}

/** What the tools of a home need of a process. */
export type ToolsApp = Pick<
  AppParts,
  "settings" | "cleaner" | "permissions" | "workspace" | "registry"
>;

/** Takes how a call of a tool went that no room has written down. */
export type SeeCall = (
  went: Pick<ToolResult, "name" | "ok" | "ms" | "exit" | "killed" | "outcome">,
) => void;

/** The tools of a home, for who calls them without a room. */
export interface HomeTools extends WorkflowTools {
  /** Whether a call of it that was broken off can be made again: it changes nothing outside of itself. */
  isRepeatable(name: string): Promise<boolean>;
  /**
   * What a model is told of those that may run without asking a person: the built-in ones, and the generated ones that fit
   * some words best.
   *
   * @param names of those that it may have. @default all
   */
  offered(query: string, names?: readonly string[]): Promise<readonly ToolSchema[]>;
}

/** @throws {OrgError} `FILE_FAILED` */
export async function workflowTools(app: ToolsApp, requester: Caller): Promise<HomeTools> {
  const { cleaner } = app;
  const all = builtInTools(app.settings);
  const filesRoot = (await app.workspace()).root;
  const registry = await app.registry();
  const { beside } = requester;
  const own = [...all.filter(({ name }) => !ROOM_TOOLS.has(name)), ...(beside?.tools ?? [])];
  const builtIn = new Map(own.map((tool) => [tool.name, tool]));
  const dynamicOf = (about: string) => beside?.dynamic?.(about);
  const schemas = await schemasOf(own, registry, dynamicOf("")?.names ?? []);
  const { persona = PERSONA, see = () => undefined } = requester;
  const caller = { guard: guardOf(app, requester), cleaner, persona, see };
  const toolOf = async (name: string, onOutcome: OnOutcome) =>
    builtIn.get(name) ??
    (await generated(name, { registry, filesRoot, onOutcome })) ??
    dynamicOf("")?.find(name);
  return {
    isRepeatable: async (name) => {
      const tool = await toolOf(name, () => undefined);
      if (tool === undefined) return true;
      const { capabilities } = factsOf(tool, { id: "", name, arguments: {} }, persona);
      return capabilities.every((one) => READ_ONLY.has(one));
    },
    offered: async (query, wantedNames) => {
      const fitting =
        wantedNames ?? (await registry.search(query, MAX_TOOLS)).map(({ name }) => name);
      const declared = wantedNames === undefined ? (dynamicOf(query)?.declared ?? []) : [];
      const foreign = declared.map(({ name }) => name);
      const names = new Set([...(wantedNames ?? builtIn.keys()), ...fitting, ...foreign]);
      const tools = await Promise.all([...names].map((name) => toolOf(name, () => undefined)));
      return offeredTo(persona, app, tools);
    },
    names: [...schemas.keys()],
    schemaOf: (name) => schemas.get(name),
    call: async (name, args, signal) => {
      const outcomes: CallOutcome[] = [];
      const onOutcome = (outcome: CallOutcome) => void outcomes.push(outcome);
      const tool = await toolOf(name, onOutcome);
      if (tool === undefined) {
        const why = cleaner.clean(await whyNot(name, registry));
        return { kind: "failed", message: `"${name}" cannot be called now: ${why}` };
      }
      const answer = await callGuarded(tool, args, { ...caller, signal });
      const [outcome] = outcomes;
      // What a generated tool gives is data, and its text is only how a model would read it.
      if (answer.kind !== "done" || outcome?.kind !== "result") return answer;
      const value = jsonSchema.parse(outcome.value);
      return { kind: "done", value: (await cleaner.ahead(value)).cleanData(value) };
    },
  };
}

/** Those that need no person's approval. */
function offeredTo(
  persona: string,
  { permissions }: Pick<ToolsApp, "permissions">,
  tools: readonly (Tool | undefined)[],
): readonly ToolSchema[] {
  const asking = { permissions, approvals: new Approvals(), consent: "deny" } as const;
  return tools
    .filter((tool) => tool !== undefined)
    .filter((tool) => offersTool(tool, persona, asking))
    .map(({ schema }) => schema);
}

/** By the names of what can be called. @param foreign names of tools of MCP servers. */
async function schemasOf(
  own: readonly Tool[],
  registry: ToolRegistry,
  foreign: readonly string[],
): Promise<ReadonlyMap<string, ToolSchema["parameters"]>> {
  const schemas = new Map(own.map(({ name, schema }) => [name, schema.parameters]));
  for (const { name, state, verified } of await registry.list()) {
    if (state === "ready" && verified !== undefined)
      schemas.set(name, verified.metadata.spec.input);
  }
  // What a server takes it checks itself: its schema may say what we cannot check.
  for (const name of foreign) schemas.set(name, { type: "object" });
  return schemas;
}

/** Looked up at every call: it may have been switched off or changed meanwhile. */
async function generated(
  name: string,
  {
    registry,
    filesRoot,
    onOutcome,
  }: { registry: ToolRegistry; filesRoot: string; onOutcome: OnOutcome },
): Promise<Tool | undefined> {
  const tools = await registry.list();
  const verified = tools.find((tool) => tool.name === name && tool.state === "ready")?.verified;
  if (verified === undefined) return undefined;
  return generatedTool(verified.folder, verified.metadata.spec, { filesRoot, onOutcome });
}

/** Why a name is not that of a tool which can be called here; one clause. */
async function whyNot(name: string, registry: ToolRegistry): Promise<string> {
  if (ROOM_TOOLS.has(name)) return "it belongs to a room";
  const tool = (await registry.list()).find((one) => one.name === name);
  return tool?.why ?? "there is no such tool";
}

type OnOutcome = (outcome: CallOutcome) => void;

async function callGuarded(
  tool: Tool,
  args: JsonObject,
  {
    guard,
    cleaner,
    persona,
    see,
    signal,
  }: Pick<ToolsApp, "cleaner"> & {
    readonly see: SeeCall;
    readonly guard: CallGuard;
    readonly persona: string;
    readonly signal: AbortSignal;
  },
): Promise<ToolAnswer> {
  const box = new Toolbox([tool], { cleaner });
  const call = box.resolve({ id: randomUUID(), name: tool.name, arguments: args });
  const facts = factsOf(tool, call, persona);
  const refusal = await guard.refusalOf({ call, facts, signal });
  if (refusal !== undefined) {
    see({ name: tool.name, ok: false, ms: 0 });
    // Behind the first two lines it says what to do in a room.
    const [what = "", why] = refusal.output.split("\n");
    const message = cleaner.clean(why === undefined ? what : `${what}: ${why}`);
    return { kind: "refused", message };
  }
  const result = await box.run(call, { persona, signal });
  see(result);
  const { ok, output } = result;
  return ok ? { kind: "done", value: printed(output) } : { kind: "failed", message: output };
}

/** What a program printed, without the words for models that say that it was nothing. */
function printed(output: string): string {
  return output === NO_OUTPUT ? "" : output;
}

/** Stands between a call that no room makes and its tool: where a person would be asked, the answer is no or yes. */
export function guardOf(
  { permissions, cleaner }: Pick<ToolsApp, "permissions" | "cleaner">,
  { yes, persona = PERSONA }: Caller,
): CallGuard {
  return turnGuard({
    permissions,
    approvals: new Approvals(),
    cleaner,
    consent: yes ? "approve" : "deny",
    turn: persona,
    emit: () => Promise.resolve(),
  });
}
