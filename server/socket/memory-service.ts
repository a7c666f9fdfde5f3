/** What a user asks of the memory of a home, the same for the process that owns it and for every other one. */
import { z } from "zod";
import { unreachable } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type {
  EpisodeHit,
  Memory,
  MemoryReport,
  Note,
  NoteDraft,
  NoteState,
  Saved,
} from "#core/memory.ts";
import type { Call } from "./home-wire.ts";
import type { Handlers } from "./owner-server.ts";

export type MemoryRequest =
  /** The newest first. @param states active ones when absent. */
  | { readonly kind: "list"; readonly states?: readonly NoteState[] | undefined }
  | { readonly kind: "search"; readonly query: string; readonly most?: number | undefined }
  /** A note of the user's own. @param room where it was typed. */
  | { readonly kind: "add"; readonly draft: NoteDraft; readonly room?: string | undefined }
  /** A note of a file: it waits for the user, whatever the file says of it. */
  | { readonly kind: "import"; readonly draft: Pick<NoteDraft, "text" | "kind"> }
  | { readonly kind: "show" | "forget" | "trust"; readonly id: number }
  | { readonly kind: "verify" }
  /** @param compares those that were there with the journal: how many differed is a problem. */
  | { readonly kind: "reindex"; readonly compares?: boolean | undefined }
  /** What a candidate begins with, or attempts by their id; where it goes, the owner knows. */
  | { readonly kind: "copy"; readonly attempts?: string | undefined };

/** A line of a journal. */
interface SourceLine {
  readonly at: number;
  readonly text: string;
}

/** A note as it was found; figures of the search where there was one. */
type FoundNote = Note & {
  readonly score?: number | undefined;
  readonly cosine?: number | undefined;
};

export interface MemoryAnswer {
  readonly notes: readonly FoundNote[];
  readonly episodes: readonly EpisodeHit[];
  /** What became of a note that was added; the first of the notes is the note itself, the others are near it. */
  readonly outcome?: Saved["outcome"] | undefined;
  /** What the note that is shown came from, where the journal has it. */
  readonly source?: SourceLine | undefined;
  readonly report?: MemoryReport | undefined;
  /** What the user should know, once. */
  readonly notice?: string | undefined;
}

export type MemoryService = (request: MemoryRequest, signal: AbortSignal) => Promise<MemoryAnswer>;

const NOTHING: MemoryAnswer = { notes: [], episodes: [] };
const HUMAN = { trust: "human", origin: "human" } as const;

interface MemoryOverRpc {
  readonly memory: Memory;
  readonly journal: Journal;
  /** Absolute path of a copy, for attempts or the candidate. */
  readonly copyPath: (attempts: string | undefined) => string;
}

/**
 * Does what the user asks.
 *
 * @throws {OrgError} as the methods of `Memory`.
 */
export async function answerOfMemory(
  { memory, journal, copyPath }: MemoryOverRpc,
  request: MemoryRequest,
  signal: AbortSignal,
): Promise<MemoryAnswer> {
  switch (request.kind) {
    case "list":
      return { ...NOTHING, notes: memory.list("human", request.states) };
    case "search": {
      const { query, most } = request;
      const options = { signal, ...(most === undefined ? {} : { most }) };
      const { notes, episodes } = await memory.search(query, "human", options);
      return { notes: notes.map(({ note, ...figures }) => ({ ...note, ...figures })), episodes };
    }
    case "add":
      return await add(memory, request);
    case "import": {
      const draft = { ...request.draft, staged: true };
      // Each by itself: the limit of a turn is for models.
      const by = { trust: "untrusted", origin: "import", turn: crypto.randomUUID() } as const;
      const { id, outcome } = await memory.save(draft, by);
      return { ...NOTHING, notes: [memory.show(id, "human")], outcome };
    }
    case "show": {
      const note = memory.show(request.id, "human");
      return { ...NOTHING, notes: [note], source: await sourceOf(note, journal) };
    }
    case "forget": {
      const holding = await memory.forget(request.id);
      return { ...NOTHING, notes: holding.map((id) => memory.show(id, "human")) };
    }
    case "trust":
      await memory.trust(request.id);
      return { ...NOTHING, notes: [memory.show(request.id, "human")] };
    case "copy":
      await memory.copyTo(copyPath(request.attempts));
      return NOTHING;
    case "verify":
      return { ...NOTHING, report: await memory.verify() };
    case "reindex":
      return { ...NOTHING, report: await reindex(memory, journal, request.compares) };
    default:
      return unreachable(request);
  }
}

async function add(
  memory: Memory,
  { draft, room }: Extract<MemoryRequest, { readonly kind: "add" }>,
): Promise<MemoryAnswer> {
  const saved = await memory.save(draft, { ...HUMAN, ...(room === undefined ? {} : { room }) });
  const near = saved.near.map(({ note }) => note).filter(({ id }) => id !== saved.id);
  const { id, outcome } = saved;
  return { ...NOTHING, notes: [memory.show(id, "human"), ...near], outcome };
}

async function reindex(memory: Memory, journal: Journal, compares = false): Promise<MemoryReport> {
  const differed = await memory.reindex(journal);
  const report = await memory.verify();
  if (!compares || differed === 0) return report;
  const problem = `${differed} episodes were not what the journal says; they are made anew.`;
  return { ...report, problems: [...report.problems, problem] };
}

/** What was said in the event that a note came from; rooms may have been removed since. */
async function sourceOf({ room, seq }: Note, journal: Journal): Promise<SourceLine | undefined> {
  if (room === undefined || seq === undefined) return undefined;
  for await (const { at, event } of journal.read(room, seq)) {
    return event.type === "message" ? { at, text: event.text } : undefined;
  }
  return undefined;
}

const QUESTION = "memory";

/** The owner's side. */
export function memoryHandlers(service: MemoryService): Handlers {
  return {
    [QUESTION]: async function* (body, signal) {
      yield await service(requestSchema.parse(body), signal);
    },
  };
}

/** The side of every other process. */
export function remoteMemory(call: Call): MemoryService {
  return async (request, signal) => {
    for await (const line of call(QUESTION, request, signal)) return answerSchema.parse(line);
    throw new Error("The owner said nothing of its memory");
  };
}

const state = z.enum(["staged", "active", "superseded", "forgotten"]);
const kind = z.enum(["fact", "procedure", "insight"]);
const scope = z.custom<Note["scope"]>(
  (value) => typeof value === "string" && /^(?:room|persona:.+)$/.test(value),
);
const id = z.int().min(1);

const draft: z.ZodType<NoteDraft> = z.strictObject({
  ...{ text: z.string(), kind, scope: scope.exactOptional(), replaces: id.exactOptional() },
});

const requestSchema: z.ZodType<MemoryRequest> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("list"), states: z.array(state).optional() }),
  z.strictObject({
    ...{ kind: z.literal("search"), query: z.string(), most: z.int().min(1).max(20).optional() },
  }),
  z.strictObject({ kind: z.literal("add"), draft, room: z.string().optional() }),
  z.strictObject({ kind: z.literal("import"), draft: z.strictObject({ text: z.string(), kind }) }),
  z.strictObject({ kind: z.enum(["show", "forget", "trust"]), id }),
  z.strictObject({ kind: z.literal("verify") }),
  z.strictObject({ kind: z.literal("reindex"), compares: z.boolean().optional() }),
  z.strictObject({ kind: z.literal("copy"), attempts: z.uuid().optional() }),
]);

const note = z
  .object({
    ...{ id, text: z.string(), kind, state, scope, origin: z.string(), savedAt: z.number() },
    trust: z.enum(["human", "model", "untrusted"]),
    ...{ seen: z.int(), used: z.int(), ok: z.int() },
    ...{ score: z.number().optional(), cosine: z.number().optional() },
    ...{ room: z.string().optional(), seq: z.int().optional(), quote: z.string().optional() },
    ...{ supersededBy: id.optional(), proposes: id.optional() },
  })
  // JSON leaves out what is undefined.
  .transform(
    ({ room, seq, quote, supersededBy, proposes, ...rest }): FoundNote => ({
      ...rest,
      room,
      seq,
      quote,
      supersededBy,
      proposes,
    }),
  );

const episode = z.object({
  ...{ room: z.string(), firstSeq: z.int(), lastSeq: z.int(), at: z.number() },
  ...{ text: z.string(), trust: z.enum(["model", "untrusted"]), score: z.number() },
});

const answerSchema = z.object({
  notes: z.array(note),
  episodes: z.array(episode),
  outcome: z.enum(["saved", "seen-again", "staged"]).optional(),
  source: z.object({ at: z.number(), text: z.string() }).optional(),
  notice: z.string().optional(),
  report: z
    .object({
      ...{ notes: z.int(), staged: z.int(), episodes: z.int(), problems: z.array(z.string()) },
    })
    .optional(),
});
