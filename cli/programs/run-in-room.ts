import { OrgError } from "#core/errors.ts";
import type { RunningCommand } from "#ui/slash-command.ts";
import { parseCommandLine } from "../command-line.ts";
import { COMMANDS } from "../command-table.ts";
import type { CommandContext } from "../context.ts";

/** What a person can do at the gate, and about jobs, without leaving the room. */
const IN_ROOMS: ReadonlySet<string> = new Set([
  ...[
    "auto",
    "cand",
    "fitness",
    "jobs",
    "mcp",
    "memory",
    "project",
    "promote",
    "reject",
    "rollback",
    "rules",
  ],
]);
/** In a room on a repository these are about its candidates. */
const OF_PROJECTS: ReadonlySet<string> = new Set(["cand", "promote", "rollback"]);

/** Where words were typed. */
export interface TypedIn extends Partial<RunningCommand> {
  /** Id of the room. */
  readonly room: string;
  /** Top folder of the repository that it works on. @default none */
  readonly root?: string | undefined;
}

/**
 * Runs a command of the command line within a room.
 *
 * @returns what it printed, progress included.
 * @throws {OrgError} as the command does.
 */
export async function runInRoom(
  args: readonly string[],
  context: CommandContext,
  typedIn: TypedIn,
): Promise<string> {
  const line = parseCommandLine(withRoom(args, typedIn), false);
  const command = COMMANDS.find(({ name }) => name === line.command.name);
  if (command === undefined || !("run" in command) || !IN_ROOMS.has(command.name)) {
    throw new Error(`A room does not run "org ${line.command.name}"`);
  }
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const { signal, say = print } = typedIn;
  await command.run({
    ...context,
    line,
    signal: signal === undefined ? context.signal : AbortSignal.any([context.signal, signal]),
    output: { write: print, say, live: false },
  });
  return printed.join("");
}

/** @throws {OrgError} `USAGE` for what only a room on a repository can do. */
function withRoom(args: readonly string[], { room, root }: TypedIn): readonly string[] {
  const [name = ""] = args;
  // A note says in which room it was typed.
  if (name === "memory" && args[1] === "add") return [name, "--room", room, ...args.slice(1)];
  if (root !== undefined) {
    if (name === "fitness" || name === "reject") throw ofOwnTools(name, args.slice(1).join(" "));
    const where = ["--project", root, "--room", room];
    // Before what was typed: behind "--" it would be text.
    if (name === "project") return [name, ...where, ...args.slice(1)];
    return OF_PROJECTS.has(name) ? ["project", ...where, ...args] : args;
  }
  if (name !== "project") return args;
  throw new OrgError("This room does not work on a repository", {
    code: "USAGE",
    why: "it was opened without one",
    remedies: ["org --project DIR   # opens a room on a repository"],
    unchanged: "Nothing was changed.",
  });
}

/** A candidate of a repository is judged and left by other words than one of org's own tools. */
function ofOwnTools(name: "fitness" | "reject", candidate: string): OrgError {
  const runsGate = name === "fitness";
  return new OrgError(`/${runsGate ? "gate" : "reject"} is about candidates of org's own tools`, {
    code: "USAGE",
    why: "this room works on a repository, where only /promote merges",
    remedies: runsGate
      ? [
          "/checks   # judges what the room changed",
          `/promote ${candidate}   # judges it, and merges it`,
        ]
      : ["/undo   # undoes the room's last turn", "/cand list"],
    unchanged: "Nothing was changed.",
  });
}
