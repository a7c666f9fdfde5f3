/** `org mcp list|approve|diff|enable|disable`: which tools of other programs the personas may have. */
import { canonicalJson } from "#core/canonical-json.ts";
import { EXIT, explain, OrgError, unreachable } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { calledName, type McpDefinition, type McpTools, pinOf } from "#tools/mcp/definition.ts";
import type { ApprovedServer, PinStore } from "#tools/mcp/pin-store.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";

export interface McpDeps {
  readonly servers: readonly {
    readonly name: string;
    readonly connection: { tools(): Promise<McpTools> };
  }[];
  readonly pins: Pick<PinStore, "of" | "set">;
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly json: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const ACTIONS = ["list", "approve", "diff", "enable", "disable"] as const;

/** @throws {OrgError} `USAGE`, `MCP_UNREACHABLE`, `MCP_REFUSED` */
export async function runMcp(
  [given = "", name]: readonly string[],
  deps: McpDeps,
): Promise<number> {
  const action = actionNamed("mcp", ACTIONS, given);
  if (action === "list") return await list(deps);
  const server = serverNamed(name, action, deps);
  switch (action) {
    case "approve":
      return await approve(server, deps);
    case "diff":
      return await diff(server, deps);
    case "enable":
    case "disable":
      return await enable(server.name, action === "enable", deps);
    default:
      return unreachable(action);
  }
}

type Server = McpDeps["servers"][number];
/** What became of a tool since it was approved. */
type State = "approved" | "changed" | "new" | "gone";

interface Row {
  readonly state: State;
  readonly tool: McpDefinition;
  readonly before?: McpDefinition | undefined;
}

/** Never fails for a server that is not there: the others are listed all the same. */
async function list(deps: McpDeps): Promise<number> {
  const { servers, output, cleaner, json, pins } = deps;
  let exit: number = EXIT.done;
  for (const { name, connection } of servers) {
    const approved = pins.of(name);
    const enabled = approved?.isEnabled === false ? "disabled" : undefined;
    try {
      const { tools, refused } = await connection.tools();
      const rows = rowsOf(approved, tools);
      const all = rows.map(({ state, tool }) => ({ name: calledName(name, tool.name), state }));
      const head = `${name}: ${enabled ?? (approved === undefined ? "not approved" : "enabled")}\n`;
      const lines = all.map((one) => `  ${one.state.padEnd(9)} ${one.name}\n`);
      const left = refused.map((why) => `  refused   ${why}\n`);
      const told = { server: name, enabled: enabled === undefined, tools: all, refused };
      say(deps, told, [head, ...lines, ...left].join(""));
    } catch (error) {
      exit = EXIT.unreachable;
      if (json) output.write(jsonLine({ server: name, error: cleaner.clean(explain(error)) }));
      else output.write(`${name}: ${cleaner.clean(explain(error))}\n`);
    }
  }
  if (servers.length === 0) output.say("No MCP server is configured: docs/mcp.md says how.\n");
  return exit;
}

/** Shows everything that a model would read, word for word, and takes it down as approved. */
async function approve(server: Server, deps: McpDeps): Promise<number> {
  const { tools, refused } = await server.connection.tools();
  if (tools.length === 0) throw nothing(server.name, refused);
  await deps.pins.set(server.name, {
    approvedAt: new Date(deps.now()).toISOString(),
    isEnabled: true,
    tools,
  });
  const text = tools.map((tool) => wholeText(server.name, tool)).join("");
  const told = {
    server: server.name,
    approved: tools.map((tool) => ({ ...tool, pin: pinOf(tool) })),
  };
  say(deps, told, `${text}✔ approved: ${tools.length} of ${server.name}\n`);
  for (const why of refused) deps.output.say(`! left out: ${deps.cleaner.clean(why)}\n`);
  return EXIT.done;
}

/** @returns 1 where something differs from what was approved. */
async function diff(server: Server, deps: McpDeps): Promise<number> {
  const { tools } = await server.connection.tools();
  const rows = rowsOf(deps.pins.of(server.name), tools).filter(({ state }) => state !== "approved");
  const text = rows.map((row) => {
    const name = calledName(server.name, row.tool.name);
    const before = row.before === undefined ? "" : marked("-", wholeText(server.name, row.before));
    const now = row.state === "gone" ? "" : marked("+", wholeText(server.name, row.tool));
    return `${row.state} ${name}\n${before}${now}`;
  });
  const none = `${server.name} is what you approved\n`;
  say(deps, { server: server.name, differs: rows }, rows.length === 0 ? none : text.join(""));
  return rows.length === 0 ? EXIT.done : EXIT.failed;
}

async function enable(name: string, isEnabled: boolean, deps: McpDeps): Promise<number> {
  const approved = deps.pins.of(name);
  if (approved === undefined) {
    throw new OrgError(`Nothing of ${name} is approved yet`, {
      code: "USAGE",
      why: "only what was approved can be switched",
      remedies: [`org mcp approve ${name}`],
      left: "Nothing was changed.",
    });
  }
  await deps.pins.set(name, { ...approved, isEnabled });
  const state = isEnabled ? "enabled" : "disabled";
  say(deps, { server: name, state }, `${name} ${state}\n`);
  return EXIT.done;
}

function rowsOf(
  approved: ApprovedServer | undefined,
  tools: readonly McpDefinition[],
): readonly Row[] {
  const before = new Map(approved?.tools.map((tool) => [tool.name, tool]));
  const rows = tools.map((tool): Row => {
    const known = before.get(tool.name);
    before.delete(tool.name);
    if (known === undefined) return { state: "new", tool };
    const isSame = canonicalJson(known) === canonicalJson(tool);
    return isSame ? { state: "approved", tool } : { state: "changed", tool, before: known };
  });
  return [
    ...rows,
    ...[...before.values()].map((tool): Row => ({ state: "gone", tool, before: tool })),
  ];
}

function wholeText(server: string, tool: McpDefinition): string {
  const { title, description = "", inputSchema, outputSchema, annotations } = tool;
  const rest = { title, inputSchema, outputSchema, annotations };
  return `${calledName(server, tool.name)}  sha256 ${pinOf(tool)}\n  ${description.replaceAll("\n", "\n  ")}\n  ${JSON.stringify(rest)}\n`;
}

function marked(sign: string, text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `${sign} ${line}\n`)
    .join("");
}

function say({ output, cleaner, json }: McpDeps, value: unknown, text: string): void {
  output.write(json ? jsonLine(cleaner.cleanData(value)) : cleaner.clean(text));
}

function serverNamed(name: string | undefined, action: string, { servers }: McpDeps): Server {
  const found = servers.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = servers.map((one) => one.name);
  const near = nearestNames(name ?? "", names).map((one) => `org mcp ${action} ${one}`);
  const what =
    name === undefined ? "Which server?" : `There is no MCP server "${name.slice(0, 80)}"`;
  throw new OrgError(what, {
    code: "USAGE",
    why: names.length === 0 ? "org.config names none" : `there is ${names.join(", ")}`,
    remedies: [...near, "org mcp list"],
    left: "Nothing was changed.",
  });
}

function nothing(name: string, refused: readonly string[]): OrgError {
  return new OrgError(`${name} has no tool that could be approved`, {
    code: "MCP_REFUSED",
    why: refused[0] ?? "it lists none that [mcp.servers] tools names",
    remedies: ["org config get mcp", `org mcp list`],
    left: "Nothing was approved.",
  });
}
