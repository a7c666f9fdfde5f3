/** What users can do from a chat by a word behind a slash: what a room's own commands do, and of them the harmless ones. */
import { OrgError } from "#core/errors.ts";
import type { RoomClient } from "#room/room-client.ts";
import { runSlash } from "../slash.ts";
import type { SlashSources } from "../slash-command.ts";
import { type Outgoing, tableRows, textRows } from "./outgoing.ts";

export interface TypedCommand {
  /** In lower case. */
  readonly name: string;
  readonly operand: string;
}

interface ChatCommand {
  readonly summary: string;
  /** The room's command that it is; absent: it is done by the bridge itself. */
  readonly line?: ((operand: string) => string) | undefined;
  /** Done twice it would not be the same as done once. @default false */
  readonly repeats?: false;
}

const same =
  (name: string) =>
  (operand: string): string =>
    `/${name} ${operand}`;

const COMMANDS: Readonly<Record<string, ChatCommand>> = {
  status: { summary: "the room, its mode and what it is doing", line: () => "/status" },
  budget: { summary: "what is left of the budgets" },
  memory: { summary: "show or search notes", line: same("memory") },
  tools: { summary: "list the tools", line: () => "/tools" },
  jobs: { summary: "list the jobs in the background", line: same("jobs") },
  approvals: { summary: "list the calls that wait for approval", line: () => "/approvals" },
  mode: { summary: "show or switch the mode", line: same("mode") },
  persona: { summary: "list the personas, or speak with one", line: personaLine },
  model: { summary: "show or switch the model", line: same("model") },
  stop: { summary: "stop what is being answered, or a job", line: same("stop") },
  retry: { summary: "ask again for an answer", line: () => "/retry", repeats: false },
  new: { summary: "begin a new room", repeats: false },
  file: { summary: "send a file of the workspace: /file PATH" },
  mcp: { summary: "tools of MCP servers: status, reload, enable, disable", line: mcpLine },
  auto: { summary: "what the home does by itself: on, off", line: same("auto") },
  help: { summary: "show this" },
};
/** For commands that are not offered in a chat. */
const NO_SOURCES = { rawOutputs: () => Promise.resolve([]), exportRoom: () => Promise.resolve("") };
const ALIASES: Readonly<Record<string, string>> = { start: "help", clear: "new" };

/** As `setMyCommands` takes them. */
export function commandList(): readonly {
  readonly command: string;
  readonly description: string;
}[] {
  return Object.entries(COMMANDS).map(([command, { summary: description }]) => ({
    command,
    description,
  }));
}

/**
 * Reads a line that begins with a slash.
 *
 * @param bot name of this bot: a command may say whose it is, as "/status@org_bot".
 * @returns undefined for text, and for a command of another bot.
 */
export function readCommand(
  text: string,
  bot: string,
): TypedCommand | "of another bot" | undefined {
  const [, word, whose, operand = ""] =
    /^\/([a-z]\w*)(?:@(\w+))?(?:\s+(.*))?$/is.exec(text.trim()) ?? [];
  if (word === undefined) return undefined;
  if (whose !== undefined && whose.toLowerCase() !== bot.toLowerCase()) return "of another bot";
  const name = word.toLowerCase();
  return { name: ALIASES[name] ?? name, operand: operand.trim() };
}

/** Whether a command may be run once more when it is not known whether it was run. */
export function canRepeat({ name }: TypedCommand): boolean {
  return COMMANDS[name]?.repeats !== false;
}

/**
 * Runs a command, but for those that are the bridge's own.
 *
 * @throws {OrgError} `USAGE`, and what the room's commands throw.
 */
export async function obeyCommand(
  { name, operand }: TypedCommand,
  room: RoomClient,
  runCommand: SlashSources["runCommand"],
): Promise<readonly Outgoing[]> {
  const command = COMMANDS[name];
  if (command === undefined) throw unknownCommand(name);
  if (name === "help") return textRows(helpText());
  if (name === "budget") return textRows(budgetText(room));
  if (name === "file") return [{ kind: "file", path: operand }];
  const line = command.line?.(operand).trim();
  if (line === undefined) return [];
  const {
    text,
    isList = false,
    done,
  } = await runSlash(line, { room, sources: { ...NO_SOURCES, runCommand } });
  // What comes of it is seen in the room.
  done?.catch(() => undefined);
  if (text === undefined || text === "") return line === "/stop" ? textRows("Stopped.") : [];
  return isList || text.includes("\n") ? tableRows(text) : textRows(text);
}

function personaLine(operand: string): string {
  return operand === "" ? "/personas" : `/mode direct:${operand.replace(/^@+/, "")}`;
}

/** What may bring tools to models is approved in the terminal, where all of it can be read. */
function mcpLine(operand: string): string {
  if (operand === "" || operand === "status") return "/mcp";
  if (/^(?:reload|enable|disable)\b/.test(operand)) return `/mcp ${operand}`;
  throw usage("/mcp does not do that from here", [
    "/mcp",
    "/mcp reload SERVER",
    "/mcp disable SERVER",
  ]);
}

function budgetText(room: RoomClient): string {
  const standings = room.budgetsOf(room.nextSpeakers[0] ?? "");
  if (standings.length === 0) return "No budget is set.";
  return standings.map(({ name, text }) => `${name}: ${text}`).join("\n");
}

function helpText(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `/${name} – ${summary}`);
  return ["What you write goes to the room, and its answers come here.", "", ...rows].join("\n");
}

function unknownCommand(name: string): OrgError {
  if (name === "approve" || name === "deny") {
    return usage(`/${name} does nothing here: a question is answered with its buttons`, [
      "/approvals",
    ]);
  }
  return usage(`There is no command "/${name.slice(0, 80)}" here`, ["/help"]);
}

function usage(message: string, remedies: readonly string[]): OrgError {
  const why = "from a chat a room is used; what changes the program is done in the terminal";
  return new OrgError(message, { code: "USAGE", why, remedies, unchanged: "Nothing was done." });
}
