import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import type { Outcome, SlashCommand, SlashContext } from "./slash-command.ts";
import {
  autonomy,
  candidates,
  command,
  inTurn,
  review,
  showDiff,
  stop,
  undo,
} from "./slash-command-line.ts";
import {
  compactRoom,
  copyBlock,
  exportRoom,
  listPersonas,
  retry,
  status,
  switchMode,
} from "./slash-conversation.ts";
import { mcp } from "./slash-mcp.ts";
import { memory } from "./slash-memory.ts";
import { pullModel, switchModel } from "./slash-models.ts";
import { answerWith, listApprovals, listTools, showRaw } from "./slash-tools.ts";
import { tryTask } from "./slash-try.ts";

/** In the order of the help, by what they are about. */
const GROUPS: Readonly<Record<string, readonly SlashCommand[]>> = {
  "The conversation": [
    {
      name: "mode",
      operand: "[MODE]",
      summary: "show or switch the mode: group, direct:<persona> or file:<path>",
      run: switchMode,
    },
    { name: "personas", summary: "list the personas of the room", run: listPersonas },
    { name: "retry", summary: "ask again for an answer to your last message", run: retry },
    {
      name: "compact",
      operand: "[PERSONA]",
      summary: "sum up the older part of the room; default: for the persona that answers next",
      run: compactRoom,
    },
    {
      name: "copy",
      operand: "[N]",
      summary: "put the N-th last code block on the clipboard; default: the last",
      run: copyBlock,
    },
    { name: "export", operand: "md|json", summary: "show the whole room", run: exportRoom },
    {
      name: "memory",
      operand: "[QUERY]",
      summary: "show or search notes; /memory add TEXT, show|forget|trust mN, review",
      run: memory,
    },
  ],
  "Your repository": [
    {
      name: "diff",
      operand: "[FILE]",
      summary: "show what the room changed",
      run: showDiff,
    },
    { name: "undo", summary: "undo the changes of the last turn", run: undo },
    {
      name: "checks",
      summary: "run the checks on what the room changed",
      run: inTurn("checks", ["project", "checks"]),
    },
    {
      name: "critic",
      operand: "[TEXT]",
      summary: "have a model review what the room changed; the same as @@critic",
      run: review,
    },
    {
      name: "try",
      operand: "[N] [@@a @@b] TASK",
      summary: "several attempts at one task; /try take N, /try diff N, /try drop",
      run: tryTask,
    },
    {
      name: "rebase",
      summary: "take over what you changed since, and put the room's changes on top",
      run: inTurn("rebase", ["project", "rebase"]),
    },
  ],
  "Tools and approvals": [
    { name: "tools", summary: "list the tools, and which cannot be called", run: listTools },
    {
      name: "raw",
      operand: "[N]",
      summary: "show the output of the N-th tool call; default: the last",
      run: showRaw,
    },
    { name: "show", operand: "[N]", summary: "the same as /raw", run: showRaw },
    {
      name: "rules",
      operand: "[show|off|on|forget ID]",
      summary: "list the lines that are answered without a model, or change one",
      run: command("rules"),
    },
    {
      name: "mcp",
      operand: "[ACTION]",
      summary: "list the tools of MCP servers; /mcp diff|approve|enable|disable|reload SERVER",
      run: mcp,
    },
    { name: "approvals", summary: "list the calls that wait for approval", run: listApprovals },
    { name: "approve", operand: "ID", summary: "let a call run, once", run: answerWith(true) },
    { name: "deny", operand: "ID", summary: "do not let a call run", run: answerWith(false) },
  ],
  Candidates: [
    {
      name: "cand",
      operand: "[list|show NAME]",
      summary: "list the candidates, or show one; on a repository, without a word: make one",
      run: candidates,
    },
    {
      name: "gate",
      operand: "NAME",
      summary: "judge a candidate",
      run: inTurn("gate", ["fitness"]),
    },
    {
      name: "promote",
      operand: "[NAME]",
      summary: "merge a candidate that passes the gate; default: the newest",
      run: inTurn("promote", ["promote"]),
    },
    { name: "reject", operand: "NAME", summary: "reject a candidate", run: command("reject") },
    {
      name: "rollback",
      operand: "[TAG]",
      summary: "revert the newest promotion, or another",
      run: command("rollback"),
    },
  ],
  "Models and jobs": [
    {
      name: "model",
      operand: "[[PERSONA] MODEL]",
      summary: "show the model of each persona, or give all or one another model",
      run: switchModel,
    },
    {
      name: "pull",
      operand: "[MODEL]",
      summary: "fetch a model onto the server; default: the one of the persona that answers next",
      run: pullModel,
    },
    {
      name: "jobs",
      operand: "[show ID]",
      summary: "list the jobs that run in the background",
      run: command("jobs"),
    },
    {
      name: "auto",
      operand: "[on|off]",
      summary: "what the home did by itself while you were away; let it, or stop it",
      run: autonomy,
    },
    {
      name: "stop",
      operand: "[JOB]",
      summary: "stop what is being answered (Esc), or a job in the background",
      run: stop,
    },
  ],
  "This program": [
    { name: "help", summary: "show this", run: () => ({ text: slashHelp(), isList: true }) },
    { name: "status", summary: "the room, its mode and what it is doing", run: status },
    { name: "quit", summary: "leave (Ctrl-D)", run: () => ({ leave: true }) },
  ],
};

const COMMANDS: readonly SlashCommand[] = Object.values(GROUPS).flat();

const KEYS = [
  "Esc stops the answer · Ctrl-C clears the line, stops the answer, or leaves · Ctrl-D leaves · Alt-Enter breaks the line",
  "Tab completes · Ctrl-R searches what was sent · Ctrl-G opens your editor",
  "@@name asks one persona, @@group all · a line ##file:path writes a file",
];

/** What can stand behind the slash. */
export function slashNames(): readonly string[] {
  return COMMANDS.map(({ name }) => name);
}

/** Whether a line is for us and not for a persona. */
export function isSlashCommand(line: string): boolean {
  return line.startsWith("/");
}

/**
 * Runs one slash command.
 *
 * @throws {OrgError} `USAGE` for one that does not exist, with the nearest names, and for operands that
 *   make no sense; `MODE_INVALID` and `PERSONA_UNKNOWN` as `Room.setMode`.
 */
export async function runSlash(line: string, context: SlashContext): Promise<Outcome> {
  // What stands behind the word is as it was typed: a task may have several lines, and a path two spaces.
  const [, word = "", operand = ""] = /^(\S*)\s*(.*)$/s.exec(line.slice(1).trim()) ?? [];
  const command = COMMANDS.find(({ name }) => name === word.toLowerCase());
  if (command === undefined) throw unknownCommand(word);
  const outcome = await command.run(context, operand);
  return outcome.text === undefined
    ? outcome
    : { ...outcome, text: context.room.cleaner.clean(outcome.text).trimEnd() };
}

function unknownCommand(word: string): OrgError {
  const names = slashNames();
  const near = nearestNames(word, names).map((name) => `/${name}`);
  return new OrgError(`There is no command "/${word.slice(0, 80)}"`, {
    code: "USAGE",
    why: `the commands are ${names.map((name) => `/${name}`).join(" ")}`,
    remedies: [...near, "put a space before it to send it as text"],
    unchanged: "Nothing was sent.",
  });
}

/** Every slash command as it is typed, with what it does. */
export function slashRows(): readonly (readonly [string, string])[] {
  return COMMANDS.map(rowOf);
}

/** Every slash command, by what it is about, and every key. */
export function slashHelp(): string {
  const groups = Object.entries(GROUPS).map(([title, commands]) => {
    const rows = commands.map(rowOf).map(([usage, summary]) => `  ${usage.padEnd(26)} ${summary}`);
    return [title, ...rows].join("\n");
  });
  return [...groups, ["Keys", ...KEYS.map((line) => `  ${line}`)].join("\n")].join("\n\n");
}

function rowOf({ name, operand, summary }: SlashCommand): readonly [string, string] {
  return [`/${name}${operand === undefined ? "" : ` ${operand}`}`, summary];
}
