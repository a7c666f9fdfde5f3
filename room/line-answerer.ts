import type { RoomEvent, TurnEnd } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { readTags } from "#core/tags.ts";
import { isLean } from "#models/system-prompt.ts";
import { restoredMode } from "./entries.ts";
import { audienceOf } from "./history.ts";
import type { Line } from "./line.ts";
import type { OwnAnswers } from "./own-answer.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { Listener } from "./room-record.ts";
import { type TurnContext, turnOf } from "./turn-of.ts";
import { recallIn } from "./turn-recall.ts";
import { allEnded, type FinishedTurn, TurnScheduler } from "./turn-scheduler.ts";
import { endingAfter, surroundingsOf, turnEvents } from "./turn-surroundings.ts";

interface AnswererContext extends TurnContext {
  readonly memory: RoomMemory | undefined;
  readonly own: OwnAnswers;
  /** Keeps an event on disk, then tells it to all in the room, and to one listener more. */
  readonly emit: (event: RoomEvent, own?: Listener) => Promise<void>;
}

/** Has the personas of a room answer a line of the human: whose turn it is, and each turn from its beginning to its end. */
export class LineAnswerer {
  readonly #context: AnswererContext;

  constructor(context: AnswererContext) {
    this.#context = context;
  }

  /** Has personas answer a line, those that are called by others among them. */
  async answer(line: Line): Promise<void> {
    const { message, together, signal } = line;
    const { participants, options, emit } = this.#context;
    // Who must not hear of a message cannot be called to answer it either.
    const present = audienceOf(message) ?? participants.ids;
    const scheduler = new TurnScheduler(message.to, present, options.rules);
    const speak = async (persona: string | undefined): Promise<void> => {
      if (persona !== undefined) scheduler.finish(await this.#runTurn(persona, line));
    };
    if (together) await allEnded(message.to.map(() => speak(scheduler.next())));
    for (let next = scheduler.next(); next !== undefined; next = scheduler.next()) {
      if (signal.aborted) break;
      await speak(next);
    }
    const why = scheduler.settled;
    if (why !== undefined) await emit({ type: "settled", why }, line.listener);
  }

  async #runTurn(persona: string, line: Line): Promise<FinishedTurn> {
    const id = newId("turn");
    const texts: string[] = [];
    const { own, participants, emit: tell } = this.#context;
    const emit = own.standIn(line, texts, (event) => tell(event, line.listener));
    let reason: TurnEnd["reason"] = "error";
    let isStarted = false;
    try {
      for await (const event of this.#eventsOf(id, persona, line)) {
        if (event.type === "turn-start") isStarted = true;
        if (event.type === "answer") texts.push(event.text);
        if (event.type === "turn-end") reason = event.reason;
        await emit(event);
      }
    } catch (error) {
      // Neither a failure before the first word nor a bug of ours may leave a turn without its end, or take the room down.
      const ending = endingAfter(error, line.signal);
      reason = ending.reason;
      const { name: model, windowTokens: window } = participants.modelOf(persona);
      const start = { turn: id, persona, message: line.message.id, model, window } as const;
      if (!isStarted) await emit({ type: "turn-start", ...start });
      await emit({ type: "turn-end", turn: id, persona, ...ending });
    }
    const mentions = texts.flatMap((text) => readTags(text).mentions);
    return { persona, reason, text: texts.join("\n"), mentions };
  }

  /** A turn with what it finds and what it leaves; the files of a repository are held until the consumer has its end. */
  async *#eventsOf(id: string, persona: string, line: Line): AsyncGenerator<RoomEvent, void> {
    const { options, participants, memory } = this.#context;
    const emit = (event: RoomEvent) => this.#context.emit(event, line.listener);
    const { text: about, mode } = line.message;
    const { mayReplace } = options;
    const model = participants.modelOf(persona);
    const assumed = await model.profile(line.signal);
    using project = await options.project?.begin(about, line.signal);
    const beginning = { about, signal: line.signal, profile: assumed, model, turn: project, emit };
    const begun = await surroundingsOf(options, beginning);
    // A busy server may have reported only now what it accepts: held to a shape without its files, a model answers from its head.
    const profile = await model.profile(line.signal);
    const isSame = profile.calls === assumed.calls;
    const surroundings = isSame ? begun : await surroundingsOf(options, { ...beginning, profile });
    const { readsFiles } = surroundings;
    using _memory = memory?.begin({
      ...{ turn: id, persona, message: line.message, isSmall: isLean(profile) },
      mayReplace: mayReplace && ((signal) => mayReplace(participants.modelOf(persona), signal)),
    });
    const recall = await recallIn(this.#context, { turn: id, persona, line, emit });
    const own = { ...surroundings, recalled: recall?.text, startOver: project?.startOver };
    const turn = turnOf(id, { persona, line, emit, ...own }, this.#context);
    // A mode that was switched since holds from the next message on.
    const modeAtEnd = () => restoredMode(mode, participants.ids);
    yield* turnEvents(turn, options, { about, project, recall, readsFiles, mode: modeAtEnd });
  }
}
