/**
 * OpenAI clients send the whole conversation each time; rooms remember it. A conversation that goes on where we left
 * it goes on in its room; any other begins a room with what was said so far.
 */
import { createHash } from "node:crypto";
import type { JournaledEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ChatCompletion } from "./chat-request.ts";
import { speakerLine } from "./room-transcript.ts";

/** Conversations whose rooms are remembered; one that was forgotten begins a new room. */
const MOST = 1000;

/** Makes a room of what was said elsewhere. @returns its id. */
type BeginRoom = (events: readonly JournaledEvent[]) => Promise<string>;

export interface ConversationsOptions {
  readonly begin: BeginRoom;
  readonly cleaner: TextCleaner;
  /** Ids of all personas; the first one speaks without a name. */
  readonly personas: () => Promise<readonly string[]>;
}

type ConversationRequest = Pick<ChatCompletion, "to" | "model" | "instructions" | "messages">;

export interface Continuation {
  /** Absent: a new room, in which nothing was said before. */
  readonly room?: string | undefined;
  /** What is to be said there. */
  readonly text: string;
}

export class Conversations {
  readonly #options: ConversationsOptions;
  /** Rooms by the hash of what was said in them, the answer included. */
  readonly #rooms = new Map<string, string>();

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  /** Where a conversation goes on. */
  async take(request: ConversationRequest): Promise<Continuation> {
    const last = request.messages.at(-1)?.content ?? "";
    const before = request.messages.slice(0, -1);
    if (before.length === 0) return { text: [...request.instructions, last].join("\n\n") };
    const key = keyOf(request, before);
    const existingRoom = this.#rooms.get(key);
    // A client that asks twice from the same place gets two conversations from there on.
    this.#rooms.delete(key);
    return {
      room: existingRoom ?? (await this.#options.begin(await this.#events(request))),
      text: last,
    };
  }

  /** Remembers where the next question of a conversation will be asked. */
  keep(request: ConversationRequest, answer: string, room: string): void {
    this.#rooms.set(
      keyOf(request, [...request.messages, { role: "assistant", content: answer }]),
      room,
    );
    const [oldest] = this.#rooms.keys();
    if (this.#rooms.size > MOST && oldest !== undefined) this.#rooms.delete(oldest);
  }

  /** What was said so far, as if it had been said in a room. */
  async #events({
    to,
    instructions,
    messages,
  }: ConversationRequest): Promise<readonly JournaledEvent[]> {
    const personas = await this.#options.personas();
    const [first = "agent"] = to.kind === "persona" ? [to.id] : personas;
    const mode = to.kind === "persona" ? `direct:${to.id}` : "group";
    const events: JournaledEvent[] = [];
    let question = "";
    const ask = (text: string): void => {
      question = newId("client");
      events.push({ type: "message", id: question, from: "user", text, to: [first], mode });
    };
    if (instructions.length > 0) ask(instructions.join("\n\n"));
    for (const { role, content } of messages.slice(0, -1)) {
      if (role !== "assistant") ask(content);
      else {
        if (question === "") ask("");
        for (const piece of partsOf(content, personas, first))
          events.push(...turnOf(piece, question));
      }
    }
    return (await this.#options.cleaner.ahead(events)).cleanData(events);
  }
}

interface Part {
  readonly persona: string;
  readonly text: string;
}

/** Who said what in an answer of ours. */
function partsOf(text: string, personas: readonly string[], first: string): readonly Part[] {
  const parts: Part[] = [];
  let persona = first;
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const speaker = personas.find((one) => line.startsWith(speakerLine(one)));
    if (speaker !== undefined) {
      parts.push({ persona, text: lines.join("\n").trim() });
      persona = speaker;
      lines = [line.slice(speakerLine(speaker).length)];
    } else lines.push(line);
  }
  parts.push({ persona, text: lines.join("\n").trim() });
  return parts.filter((part) => part.text !== "");
}

function turnOf({ persona, text }: Part, message: string): readonly JournaledEvent[] {
  const who = { turn: newId("turn"), persona };
  return [
    { type: "turn-start", ...who, message, model: "", window: 0 },
    { type: "answer", ...who, hop: 0, text, calls: [] },
    { type: "turn-end", ...who, reason: "complete" },
  ];
}

function keyOf(
  { model, instructions }: ConversationRequest,
  messages: ConversationRequest["messages"],
): string {
  const pairs = messages.map(({ role, content }) => [role, content]);
  const hash = createHash("sha256");
  return hash.update(JSON.stringify([model, instructions, pairs])).digest("base64");
}
