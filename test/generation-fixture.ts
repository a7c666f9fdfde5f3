/** A generation with all its parts on a port of its own, in this process, for tests. */
import { ChannelLock } from "#core/channel-lock.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import { BUILT_IN, participantModels } from "#room/participant-models.ts";
import { PersonaCompletions } from "#room/persona-completion.ts";
import type { CandidatesApi } from "#server/api/candidates.ts";
import type { ToolsApi } from "#server/api/tools.ts";
import { type Listening, type ListenOptions, listenGeneration } from "#server/listen.ts";
import { Conversations } from "#server/openai/conversations.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { type Handle, JobsBench } from "./local-jobs.ts";
import { PATIENT } from "./patience.ts";
import { echoTool, openTestRoom, testJournal } from "./room-fixture.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

export interface TestGeneration extends AsyncDisposable {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  readonly model: ScriptedServer;
  readonly home: RoomHost;
  readonly jobs: JobsBench;
  readonly listening: Pick<Listening, "leave" | "port">;
  /** What went wrong and was not told to the caller. */
  readonly reported: unknown[];
}

export interface TestGenerationOptions extends Partial<ListenOptions> {
  readonly script?: Script;
  /** What does every job. @default nothing */
  readonly handle?: Handle;
}

export async function testGeneration(given: TestGenerationOptions = {}): Promise<TestGeneration> {
  const { script = [], handle = async () => null, ...options } = given;
  await using parts = new AsyncDisposableStack();
  const model = parts.use(scriptedServer(script));
  const { journal } = parts.use(await testJournal());
  const openRoom = (id: string) => openTestRoom({ journal, url: model.url, id, tools: [echoTool] });
  const home = parts.use(new RoomHost({ journal, openRoom }));
  const jobs = parts.use(await JobsBench.with(handle));
  const cleaner = new TextCleaner();
  const completions = completionsAt(model.url, cleaner);
  const reported: unknown[] = [];
  const listening = parts.use(
    await listenGeneration({
      ...{ service: home, port: 0, jobs: jobs.jobs, tools: TOOLS, candidates: CANDIDATES },
      generation: { name: "current", commit: "c".repeat(40), tools: () => [] },
      report: (error) => reported.push(error),
      openAi: {
        completions: async () => completions,
        conversations: new Conversations({
          ...{ begin: (events) => home.begin(events), cleaner },
          personas: async () => BUILT_IN.map(({ id }) => id),
        }),
        ask: (request, signal) => home.ask(request, signal),
        newRoom: () => home.begin([]),
        close: (room) => home.close(room),
      },
      ...options,
    }),
  );
  const all = parts.move();
  const url = `http://127.0.0.1:${listening.port}`;
  const end = () => all.disposeAsync();
  return { url, model, home, jobs, listening, reported, [Symbol.asyncDispose]: end };
}

function completionsAt(url: string, cleaner: TextCleaner): PersonaCompletions {
  const timeouts = PATIENT;
  const provider = openAiProvider({ baseUrl: url, timeouts });
  const lock = new ChannelLock();
  const models = participantModels(BUILT_IN, {
    provider,
    model: "m",
    personaModels: {},
    windowTokens: 8192,
  });
  return new PersonaCompletions({ models, lockOf: () => lock, budget: undefined, cleaner });
}

const LISTED = { description: "Says it back.", origin: "built-in", state: "ready" } as const;

const TOOLS: ToolsApi = {
  list: async () => [{ name: "echo", ...LISTED }],
  search: async (query) => [{ name: query, ...LISTED }],
  call: async (name, args) => {
    if (name === "locked") return { kind: "refused", message: "the policy says no" };
    return name === "echo" ? { kind: "done", value: args } : { kind: "failed", message: "broke" };
  },
};

const CANDIDATES: CandidatesApi = {
  list: async () => [{ id: "1", branch: "cand/1", commit: "c", verdict: "hold" }],
  verdict: async (id) => ({ record: { id }, signature: "s" }),
  promote: async () => undefined,
  reject: async () => undefined,
};

/** Asks with JSON. */
export async function asked(
  address: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const init = {
    method: body === undefined ? "GET" : "POST",
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
  };
  const sent = body === undefined ? init : { ...init, body: JSON.stringify(body) };
  return await fetch(address, sent);
}
