/** The owner's side of room clients: what it does for the clients of other processes. */
import { AsyncQueue } from "#core/async-queue.ts";
import type { RoomEvent } from "#core/events.ts";
import { formatMode } from "#core/mode.ts";
import { isLive } from "#room/entries.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { RoomChoice } from "./home-service.ts";
import { choiceSchema } from "./home-wire.ts";
import type { Handlers } from "./owner-server.ts";
import {
  inRoomSchema,
  type JobLine,
  ROOM_CALLS,
  type RoomControl,
  type RoomRequest,
  type RoomSnapshot,
  type RoomUpdate,
  roomControlSchema,
  roomRequestSchema,
} from "./room-wire.ts";
import type { HeldClient } from "./rooms-elsewhere.ts";

/** How soon after an event a changed state is told, in milliseconds: a stream has hundreds of them a second. */
const STATE_MS = 10;
/** Lines that a reader who does not read may leave waiting; it sits down again when it is back. */
const MOST_WAITING = 20_000;

/** What clients need of the owner of the home; `RoomHost` is one. */
export interface ClientHome {
  readonly openClient: (choice: RoomChoice) => Promise<HeldClient>;
  /** A room that a client has open. @throws {OrgError} `ROOM_UNKNOWN` */
  readonly clientAt: (id: string) => Promise<RoomClient>;
}

export function roomHandlers(home: ClientHome): Handlers {
  return {
    [ROOM_CALLS.open]: (body, signal) => openRoom(home, body, signal),
    [ROOM_CALLS.setInteractive]: (body, signal) => setInteractive(home, body, signal),
    [ROOM_CALLS.request]: (body) => doJob(home, roomRequestSchema.parse(body)),
    [ROOM_CALLS.control]: async function* (body) {
      const action = roomControlSchema.parse(body);
      yield await act(await home.clientAt(action.room), action);
    },
    [ROOM_CALLS.tools]: async function* (body) {
      const room = await home.clientAt(inRoomSchema.parse(body).room);
      yield* await room.tools();
    },
  };
}

/** Everything that happens in a room from now on, and how it stands. */
async function* openRoom(
  home: ClientHome,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<RoomUpdate, void> {
  using client = await home.openClient(choiceSchema.parse(body));
  const { room } = client;
  const lines = new AsyncQueue<RoomUpdate>();
  let waiting = 0;
  let sentState = JSON.stringify(stateOf(room));
  const push = (line: RoomUpdate): void => {
    waiting += 1;
    if (waiting > MOST_WAITING) lines.close();
    else lines.push(line);
  };
  const tellState = (): void => {
    timer = undefined;
    const state = stateOf(room);
    const text = JSON.stringify(state);
    if (text !== sentState) push({ type: "state", state });
    sentState = text;
  };
  let timer: Timer | undefined;
  using _listening = room.listen((event, seq) => {
    push({ type: "event", event, seq });
    timer ??= setTimeout(tellState, STATE_MS);
  });
  const leave = (): void => lines.close();
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    yield { type: "state", state: stateOf(room), head: await client.head() };
    for await (const line of lines) {
      waiting -= 1;
      yield line;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  }
}

/** A user can answer the room's questions for as long as this is open. */
async function* setInteractive(
  home: ClientHome,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<never, void> {
  const room = await home.clientAt(inRoomSchema.parse(body).room);
  using _interactive = room.approvals.setInteractive();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (!signal.aborted) await promise;
  yield* [];
}

/** Goes on when the caller has left: the room is there for the others, too. */
async function* doJob(home: ClientHome, job: RoomRequest): AsyncGenerator<JobLine, void> {
  const lines = new AsyncQueue<RoomEvent>();
  const listener = (event: RoomEvent): void => {
    // What is only seen live goes to all its clients.
    if (!isLive(event)) lines.push(event);
  };
  const { done } = await start(await home.clientAt(job.room), job, listener);
  const over = done.finally(() => lines.close());
  // A failure waits here for a reader that is slow; meanwhile it must not count as unhandled.
  over.catch(() => undefined);
  yield { type: "taken" };
  for await (const event of lines) yield { type: "event", event };
  await over;
}

async function start(
  room: RoomClient,
  job: RoomRequest,
  listener: (event: RoomEvent) => void,
): Promise<{ readonly done: Promise<void> }> {
  if (job.kind === "say") return await room.say(job.text, { id: job.id, listener });
  if (job.kind === "compact") return { done: room.compact(job.persona, { listener }) };
  return { done: room.retry({ listener }) };
}

async function act(room: RoomClient, action: RoomControl): Promise<{ readonly done: boolean }> {
  if (action.kind === "stop") return { done: room.stop() };
  if (action.kind === "mode") await room.setMode(action.mode, "user");
  if (action.kind === "note-undo") await room.noteUndo();
  else if (action.kind === "note") await room.notify({ level: "info", text: action.text });
  else if (action.kind === "model") await room.setModel(action.name, action.persona);
  else if (action.kind === "answer") room.approvals.answer(action.id, action.approved);
  return { done: true };
}

function stateOf(room: RoomClient): RoomSnapshot {
  const { id, mode, nextSpeakers, queued, toReview, busy, unanswered, approvals } = room;
  return {
    room: id,
    mode: formatMode(mode),
    models: room.models.map(({ persona, name, windowTokens, provider }) => {
      const { description } = persona;
      return { persona: persona.id, description, name, windowTokens, endpoint: provider.endpoint };
    }),
    nextSpeakers: [...nextSpeakers],
    queued,
    toReview,
    busy,
    unanswered,
    waiting: [...approvals.waiting],
    budgets: [...room.budgetsOf(nextSpeakers[0] ?? "")],
  };
}
