/** `org mcp list|approve|diff|enable|disable|reload`: which tools of other programs the personas may have. */

import { EXIT } from "#core/error-codes.ts";
import { explain, OrgError, unreachable } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { calledName, type McpTools, pinOf } from "#tools/mcp/definition.ts";
import type { PinStore } from "#tools/mcp/pin-store.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import { mcpRows, mcpRowText, mcpSetHash, mcpToolText } from "./mcp-text.ts";

export interface McpDeps {
  readonly servers: readonly {
    readonly name: string;
    readonly connection: { tools(): Promise<McpTools> };
  }[];
  readonly pins: Pick<PinStore, "of" | "set" | "enable">;
  /**
   * Starts servers again where rooms use them.
   *
   * @param server all of them without it.
   * @returns those that it ended; `undefined` when no process owns the home.
   */
  readonly reload: (server?: string) => Promise<readonly string[] | undefined>;
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly json: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const ACTIONS = ["list", "approve", "diff", "enable", "disable", "reload"] as const;

/** @throws {OrgError} `USAGE`, `MCP_UNREACHABLE`, `MCP_REFUSED`, `MCP_CHANGED` */
export async function runMcp(
  [actionName = "", name, hash]: readonly string[],
  deps: McpDeps,
): Promise<number> {
  const action = actionNamed("mcp", ACTIONS, actionName);
  if (hash !== undefined && action !== "approve") throw tooMany(action, hash);
  if (action === "reload") return await reload(name && serverNamed(name, action, deps).name, deps);
  if (action === "list") {
    const all = name === undefined ? deps.servers : [serverNamed(name, action, deps)];
    return await list(all, deps);
  }
  const server = serverNamed(name, action, deps);
  switch (action) {
    case "approve":
      return await approve(server, hash, deps);
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

/** Never fails for a server that is not there: the others are listed all the same. */
async function list(servers: readonly Server[], deps: McpDeps): Promise<number> {
  const { output } = deps;
  const exits = await Promise.all(servers.map((server) => listOne(server, deps)));
  if (servers.length === 0) output.say("No MCP server is configured: docs/mcp.md says how.\n");
  return exits.find((exit) => exit !== EXIT.done) ?? EXIT.done;
}

async function listOne({ name, connection }: Server, deps: McpDeps): Promise<number> {
  const { output, cleaner, json, pins } = deps;
  const approved = pins.of(name);
  const enabled = approved?.isEnabled === false ? "disabled" : undefined;
  try {
    // One that the user has disabled is not started.
    const isOff = approved?.isEnabled === false;
    const { tools, refused } = isOff ? { ...approved, refused: [] } : await connection.tools();
    const rows = mcpRows(approved, tools);
    const all = rows.map(({ state, tool }) => ({ name: calledName(name, tool.name), state }));
    const head = `${name}: ${enabled ?? (approved === undefined ? "not approved" : "enabled")}\n`;
    const lines = all.map((one) => `  ${one.state.padEnd(9)} ${one.name}\n`);
    const refusals = refused.map((why) => `  refused   ${why}\n`);
    const report = { server: name, enabled: enabled === undefined, tools: all, refused };
    say(deps, report, [head, ...lines, ...refusals].join(""));
    return EXIT.done;
  } catch (error) {
    const why = cleaner.clean(explain(error));
    output.write(json ? jsonLine({ server: name, error: why }) : `${name}: ${why}\n`);
    return EXIT.unreachable;
  }
}

/** Shows everything that a model would read, word for word, and what it read before; then takes it down as approved. */
async function approve(server: Server, hash: string | undefined, deps: McpDeps): Promise<number> {
  const { cleaner, now, output, pins } = deps;
  const { name } = server;
  const { tools, refused } = await server.connection.tools();
  if (tools.length === 0) throw nothing(name, refused);
  if (hash !== undefined && hash !== mcpSetHash(tools)) throw otherSet(name, hash);
  const text = mcpRows(pins.of(name), tools).map((row) =>
    row.state === "new" || row.state === "approved"
      ? mcpToolText(name, row.tool)
      : mcpRowText(name, row, cleaner),
  );
  const approvedAt = new Date(now()).toISOString();
  await pins.set(name, { approvedAt, isEnabled: true, tools });
  const approved = tools.map((tool) => ({ ...tool, pin: pinOf(tool) }));
  say(deps, { server: name, approved }, `${text.join("")}✔ approved: ${tools.length} of ${name}\n`);
  for (const why of refused) output.say(`! left out: ${cleaner.clean(why)}\n`);
  return EXIT.done;
}

/** @returns 1 where something differs from what was approved. */
async function diff({ name, connection }: Server, deps: McpDeps): Promise<number> {
  const { tools } = await connection.tools();
  const rows = mcpRows(deps.pins.of(name), tools).filter(({ state }) => state !== "approved");
  const hash = mcpSetHash(tools);
  const listText = rows.map((row) => mcpRowText(name, row, deps.cleaner)).join("");
  const text =
    rows.length === 0
      ? `${name} is what you approved\n`
      : `${listText}to approve exactly this: approve ${name} ${hash}\n`;
  say(deps, { server: name, differs: rows, hash }, text);
  return rows.length === 0 ? EXIT.done : EXIT.failed;
}

async function enable(name: string, isEnabled: boolean, deps: McpDeps): Promise<number> {
  if (!(await deps.pins.enable(name, isEnabled))) {
    throw new OrgError(`Nothing of ${name} is approved yet`, {
      code: "USAGE",
      why: "approve it first; then you can disable and enable it",
      remedies: [`org mcp approve ${name}`],
      unchanged: "Nothing was changed.",
    });
  }
  const state = isEnabled ? "enabled" : "disabled";
  say(deps, { server: name, state }, `${name} ${state}\n`);
  return EXIT.done;
}

async function reload(name: string | undefined, deps: McpDeps): Promise<number> {
  const reloaded = await deps.reload(name);
  const none = "No process owns this home: the next room starts the servers.\n";
  const lines = reloaded?.map((one) => `${one}: ended; its next call starts it again\n`).join("");
  say(deps, { reloaded: reloaded ?? [] }, lines ?? none);
  return EXIT.done;
}

function say({ output, cleaner, json }: McpDeps, value: unknown, text: string): void {
  output.write(json ? jsonLine(cleaner.cleanData(value)) : cleaner.clean(text));
}

function serverNamed(name: string | undefined, action: string, { servers }: McpDeps): Server {
  const found = servers.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = servers.map((one) => one.name);
  const near = nearestNames(name ?? "", names).map((one) => `org mcp ${action} ${one}`);
  const what = name === undefined ? "Which server?" : `There is no MCP server ${echoed(name)}`;
  throw new OrgError(what, {
    code: "USAGE",
    why: names.length === 0 ? "org.config names none" : `there is ${names.join(", ")}`,
    remedies: [...near, "org mcp list"],
    unchanged: "Nothing was changed.",
  });
}

function nothing(name: string, refused: readonly string[]): OrgError {
  return new OrgError(`${name} has no tool that could be approved`, {
    code: "MCP_REFUSED",
    why: refused[0] ?? "it lists none that [mcp.servers] tools names",
    remedies: ["org config get mcp", `org mcp list`],
    unchanged: "Nothing was approved.",
  });
}

function otherSet(name: string, hash: string): OrgError {
  return new OrgError(`The tools of ${name} are not those of ${hash.slice(0, 80)}`, {
    code: "MCP_CHANGED",
    why: "the server now lists other tools, or other descriptions, than those that diff showed",
    remedies: [`org mcp diff ${name}`],
    unchanged: "Nothing was approved.",
  });
}

function tooMany(action: string, operands: string): OrgError {
  return new OrgError(`org mcp ${action} takes one server, not ${echoed(operands)} as well`, {
    code: "USAGE",
    remedies: ["org help mcp"],
    unchanged: "Nothing was changed.",
  });
}
