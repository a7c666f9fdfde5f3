/** Rules in a folder of their own, and rooms in which a scripted model teaches them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { HomeRules } from "#app/rules.ts";
import type { RoomEvent } from "#core/events.ts";
import type { Rule, RulesMode } from "#core/rules/rule.ts";
import { homePaths } from "#home/home-paths.ts";
import { BUILT_IN } from "#room/participant-models.ts";
import type { Room } from "#room/room.ts";
import { defineTool } from "#tools/define-tool.ts";
import type { Tool, ToolOutput } from "#tools/tool.ts";
import {
  memoryWorkspace,
  openTestRoom,
  sayAndWait,
  type TestRoomOptions,
  testJournal,
} from "../room-fixture.ts";
import { type Answer, call, say } from "../scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "../scripted-server.ts";

/** So many turns of a model make a rule live. */
export const LIVE_AFTER = 16;

export interface TestRules extends AsyncDisposable {
  readonly held: HomeRules;
  readonly path: string;
}

export function homeRules(mode: RulesMode = "live"): TestRules {
  const folder = mkdtempSync(join(tmpdir(), "org-rules-"));
  const paths = homePaths(folder);
  const held = new HomeRules({ paths, mode, candidate: homePaths(folder, "candidate").rules });
  return {
    held,
    path: paths.rules,
    [Symbol.asyncDispose]: async () => {
      await held.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A tool that changes nothing and says what it was asked for. */
export function looker(
  name: string,
  input: z.ZodType<object> = z.object({}).loose(),
  output: (args: object) => ToolOutput = (args) => ({ ok: true, output: JSON.stringify(args) }),
): Tool {
  return defineTool({
    ...{ name, effect: "none", description: `Shows ${name}.`, input },
    run: async (args) => output(args),
  });
}

const NAMES = ["file_list", "memory_search", "job_list", "tool_list", "status", "date"];
export const LOOKERS: readonly Tool[] = NAMES.map((name) => looker(name));

/** As built in, but that all of them have these tools. */
export const personasWith = (names: readonly string[]): typeof BUILT_IN =>
  BUILT_IN.map((persona) => ({ ...persona, tools: [...persona.tools, ...names] }));

/** What the model does about a line; `undefined`: it says "Ok." */
export type Doing = (line: string) => Answer | undefined;

export interface RulesRoom extends AsyncDisposable {
  readonly room: Room;
  readonly rules: TestRules;
  readonly requests: readonly RecordedRequest[];
  /** Says a line. @returns what it brought about. */
  readonly say: (line: string) => Promise<RoomEvent[]>;
  readonly list: () => Promise<readonly Rule[]>;
}

/** A room with files in `notes`, `reports` and `src/core`, and a model that does as it is told here. */
export async function rulesRoom(
  doing: Doing,
  options: Partial<TestRoomOptions> & {
    readonly rules?: TestRules;
    readonly mode?: RulesMode;
  } = {},
): Promise<RulesRoom> {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(
    scriptedServer(({ body: { messages } }) => {
      const last = messages.at(-1);
      if (last?.role !== "user") return say("Done.");
      return doing((last.content ?? "").replace(/^user: /, "")) ?? say("Ok.");
    }),
  );
  const home = parts.use(await testJournal());
  const rules = options.rules ?? parts.use(homeRules(options.mode));
  const workspace = memoryWorkspace();
  for (const path of ["notes/plan.md", "reports/may.md", "src/core/a.ts"]) {
    await workspace.write(path, "Text.");
  }
  const room = parts.use(
    await openTestRoom({
      ...{ journal: home.journal, url: server.url, tools: LOOKERS, workspace },
      ...{ personas: personasWith(NAMES), fastPath: rules.held },
      ...options,
    }),
  );
  const all = parts.move();
  return {
    ...{ room, rules, requests: server.requests },
    say: (line) => sayAndWait(room, line),
    list: async () => (await rules.held.openIfExists())?.list() ?? [],
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The rule that answered a line, and with which call; `undefined` where a model was asked. */
export function firedIn(
  events: readonly RoomEvent[],
): { readonly rule: number; readonly tool: string; readonly args: unknown } | undefined {
  for (const event of events) {
    if (event.type !== "turn-start" || event.rule === undefined) continue;
    const { turn, rule } = event;
    const made = events.find((one) => one.type === "tool-call" && one.turn === turn);
    const ended = events.find((one) => one.type === "turn-end" && one.turn === turn);
    if (made?.type !== "tool-call" || ended?.type !== "turn-end") return undefined;
    if (ended.reason !== "complete") return undefined;
    return { rule, tool: made.call.name, args: made.call.arguments };
  }
  return undefined;
}

/** Has a rule seen as often as it takes to answer, in the place of as many turns. */
export async function makeLive({ rules, list }: RulesRoom): Promise<void> {
  const book = await rules.held.open();
  for (const { id, tools } of await list()) {
    for (let n = 1; n < LIVE_AFTER; n += 1) {
      await book.observe({ outcomes: [{ id, outcome: "for" }], lesson: undefined, tools });
    }
  }
}

/** A model that calls one tool, with the same arguments always. */
export const always =
  (tool: string, args: unknown = {}): Doing =>
  () =>
    call(tool, args);

/** A model that looks for jobs, and for what the user names. */
export const ask: Doing = (line) => {
  const [, query] = /^search memory for (.*)$/.exec(line) ?? [];
  if (query !== undefined) return call("memory_search", { query });
  return line.startsWith("jobs") ? call("job_list", {}) : undefined;
};

/** One tool, whose results a test decides about. */
export function withTool(
  output: () => ToolOutput,
): Pick<TestRoomOptions, "tools"> & { readonly personas: typeof BUILT_IN } {
  return { tools: [looker("job_list", undefined, output)], personas: personasWith(["job_list"]) };
}
