/** A real room for tests: real journal on disk, real HTTP to a scripted server, a workspace in memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import type { RoomEvent } from "#core/events.ts";
import type { Entry, Journal } from "#core/journal.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteJournal, type SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import type { Persona } from "#models/persona.ts";
import type { ProfileBook } from "#models/profile-book.ts";
import type { Provider } from "#models/provider.ts";
import { splitWorkspacePath } from "#platform/workspace-path.ts";
import { BUILT_IN, participantModels, withModelOf } from "#room/participant-models.ts";
import { Room } from "#room/room.ts";
import type { RoomOptions } from "#room/room-options.ts";
import type { Workspace } from "#room/workspace.ts";
import { defineTool } from "#tools/define-tool.ts";
import type { Tool } from "#tools/tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { PATIENT } from "./patience.ts";

export interface TestJournal extends AsyncDisposable {
  readonly journal: SqliteJournal;
  readonly path: string;
}

/** A journal in a folder of its own, which goes with it. */
export async function testJournal(): Promise<TestJournal> {
  const folder = mkdtempSync(join(tmpdir(), "org-journal-"));
  const path = join(folder, "journal.sqlite");
  const journal = await openSqliteJournal(path);
  return {
    journal,
    path,
    [Symbol.asyncDispose]: async () => {
      await journal[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Files of a room, kept in a map. */
export function memoryWorkspace(): Workspace & { readonly files: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  const write = async (path: string, text: string) => {
    files.set(path, text);
    return { path, bytes: Buffer.byteLength(text) };
  };
  const read = async (path: string, most: number) => {
    const text = files.get(splitWorkspacePath(path).join("/"));
    if (text === undefined) return undefined;
    const data = Buffer.from(text, "latin1");
    return { path, bytes: data.length, data: data.subarray(0, most) };
  };
  return {
    files,
    write,
    read,
    kindOf: async (path) => {
      if (files.has(path)) return "file";
      return [...files.keys()].some((one) => one.startsWith(`${path}/`)) ? "folder" : undefined;
    },
    append: (path, text) => write(path, (files.get(path) ?? "") + text),
    list: async (most) => ({
      paths: [...files.keys()].slice(0, most),
      isWhole: files.size <= most,
    }),
  };
}

/** A tool named `sh` that runs nothing. */
export const echoTool: Tool = defineTool({
  name: "sh",
  effect: "execute",
  description: "Repeats its command.",
  input: z.object({ cmd: z.string() }),
  run: async ({ cmd }) => ({ ok: true, output: `ran ${cmd}`, exit: 0 }),
});

export interface TestRoomOptions {
  readonly journal: Journal;
  readonly url: string;
  readonly id?: string;
  readonly personas?: readonly Persona[];
  readonly tools?: readonly Tool[];
  readonly workspace?: Workspace;
  readonly node?: string;
  readonly provider?: Provider;
  /** @default what the personas say of themselves */
  readonly learnProfile?: ProfileBook["profileOf"];
  /** @default 8192; `undefined`: what the provider tells */
  readonly windowTokens?: number | undefined;
  readonly lock?: ChannelLock;
  readonly cleaner?: TextCleaner;
  readonly limits?: RoomOptions["limits"];
  readonly permissions?: RoomOptions["permissions"];
  readonly budget?: RoomOptions["budget"];
  readonly registry?: RoomOptions["registry"];
  readonly memory?: RoomOptions["memory"];
  readonly mayReplace?: RoomOptions["mayReplace"];
  readonly project?: RoomOptions["project"];
  readonly fastPath?: RoomOptions["fastPath"];
  readonly jobs?: RoomOptions["jobs"];
}

/** Opens a room on a scripted server at `url`. */
export async function openTestRoom(options: TestRoomOptions): Promise<Room> {
  const { journal, url, id = "test", personas = BUILT_IN, tools = [] } = options;
  const windowTokens = "windowTokens" in options ? options.windowTokens : 8192;
  const provider = options.provider ?? openAiProvider({ baseUrl: url, timeouts: PATIENT });
  const lock = options.lock ?? new ChannelLock();
  const learnt = options.learnProfile === undefined ? {} : { learnProfile: options.learnProfile };
  const participantOptions = { provider, model: "m", personaModels: {}, windowTokens, ...learnt };
  return await Room.open({
    id,
    journal,
    models: participantModels(personas, participantOptions),
    withModel: (persona, model) => withModelOf(personas, participantOptions, [persona, model]),
    tools: new Toolbox(tools),
    lockOf: () => lock,
    workspace: options.workspace ?? memoryWorkspace(),
    node: options.node,
    cleaner: options.cleaner ?? new TextCleaner(),
    budget: options.budget,
    memory: options.memory,
    mayReplace: options.mayReplace,
    project: options.project,
    fastPath: options.fastPath,
    jobs: options.jobs,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.registry === undefined ? {} : { registry: options.registry }),
    ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
  });
}

/** Says a line and waits until it is answered; gives what it brought about. */
export async function sayAndWait(
  room: Room,
  text: string,
  signal?: AbortSignal,
): Promise<RoomEvent[]> {
  const events: RoomEvent[] = [];
  const { done } = await room.say(text, { signal, listener: (event) => events.push(event) });
  await done;
  return events;
}

/** Every entry of a room so far. */
export function entriesOf(journal: Journal, room = "test"): Promise<Entry[]> {
  return Array.fromAsync(journal.read(room, 1));
}

/** What each persona said, turn by turn, as "persona: text". */
export function spoken(events: readonly RoomEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "answer" && event.text !== "" ? [`${event.persona}: ${event.text}`] : [],
  );
}
