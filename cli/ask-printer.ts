import type { ApprovalAnswered, ApprovalAsked, RoomEvent, TurnEnd } from "#core/events.ts";
import { approvalText, closedApprovalText } from "#room/approval-text.ts";
import { lineText, reclassifiedText } from "#room/event-text.ts";
import { PLAIN } from "#room/style.ts";
import type { Output } from "#ui/output.ts";
import { forShell } from "./shell-remedies.ts";

/** A turn whose words are not all printed yet. */
interface Speaking {
  readonly persona: string;
  /** What is still to be printed. */
  text: string;
  /** The last character of all that came so far. */
  last: string;
  end: TurnEnd | undefined;
}

/**
 * Prints answers, with the speaker's name as soon as there is more than one answer. Of personas that speak
 * at the same time, the one that began first is heard first; no persona's words are broken up.
 */
export class AnswerPrinter {
  readonly #output: Output;
  /** In the order in which they began. */
  readonly #turns = new Map<string, Speaking>();
  readonly #asked = new Map<string, ApprovalAsked>();
  /** Several were asked: already the first answer has a name. */
  #several = false as boolean;
  /** Whose words were printed last. */
  #turn: string | undefined;
  #lastCharacter = "\n";

  constructor(output: Output) {
    this.#output = output;
  }

  take(event: RoomEvent): void {
    switch (event.type) {
      case "message":
        if (event.to.length > 1) this.#several = true;
        break;
      case "turn-start":
        this.#turns.set(event.turn, {
          persona: event.persona,
          text: "",
          last: "\n",
          end: undefined,
        });
        break;
      case "text-delta":
        if (this.#output.live) this.#add(event.turn, event.text);
        break;
      case "reclassify":
        this.#withdraw(event.turn);
        break;
      case "tool-call":
        // What follows is said after the tool has run: another line.
        if (this.#turns.get(event.turn)?.last !== "\n") this.#add(event.turn, "\n");
        break;
      case "answer":
        if (!this.#output.live) this.#replace(event.turn, event.text);
        break;
      case "turn-end":
        this.#end(event);
        break;
      case "notice":
        this.#say(`${forShell(event.text)}\n`);
        break;
      case "approval":
        this.#approval(event);
        break;
      case "attached":
      case "recall":
      case "summary":
        this.#say(`${lineText(event, PLAIN)}\n`);
        break;
      case "settled":
        this.#say(`The room settled: ${event.why}.\n`);
        break;
      case "file":
        this.#say(`${event.by} wrote ${event.path} (${event.bytes} bytes)\n`);
        break;
      default: // the rest is for the room's screen
    }
  }

  /** A question is said with its outcome: no user can answer one here, so none is told how to. */
  #approval(event: ApprovalAsked | ApprovalAnswered): void {
    if (event.state === "asked") {
      this.#asked.set(event.id, event);
      return;
    }
    const call = this.#asked.get(event.id);
    this.#asked.delete(event.id);
    const text =
      call === undefined ? approvalText(event, PLAIN) : closedApprovalText(call, event, PLAIN);
    this.#say(`${text}\n`);
  }

  #add(turn: string, text: string): void {
    const speaking = this.#turns.get(turn);
    if (speaking === undefined) return;
    speaking.text += text;
    speaking.last = text.at(-1) ?? speaking.last;
    if (this.#output.live) this.#printFirst();
  }

  /** What a terminal shows stays there, and is marked; what follows stands in another line. */
  #withdraw(turn: string): void {
    const speaking = this.#turns.get(turn);
    if (speaking === undefined || !this.#output.live) return;
    if (speaking.last !== "\n") this.#add(turn, "\n");
    this.#say(`${reclassifiedText(speaking.persona, PLAIN)}\n`);
  }

  /** Off a terminal only the last completion is printed: what came before it led to a tool call. */
  #replace(turn: string, text: string): void {
    const speaking = this.#turns.get(turn);
    if (speaking !== undefined) speaking.text = text;
  }

  #end(end: TurnEnd): void {
    const ended = this.#turns.get(end.turn);
    if (ended === undefined) return;
    ended.end = end;
    if (end.reason === "passed") ended.text = "";
    for (const [turn, speaking] of this.#turns) {
      if (speaking.end === undefined) break;
      this.#print(turn, speaking);
      this.#close(speaking.end);
      this.#turns.delete(turn);
    }
    if (this.#output.live) this.#printFirst();
  }

  #printFirst(): void {
    const [first] = this.#turns;
    if (first !== undefined) this.#print(...first);
  }

  #print(turn: string, speaking: Speaking): void {
    const { persona, text } = speaking;
    if (text === "") return;
    speaking.text = "";
    // A second answer of one persona is another answer: a persona may call itself.
    if (this.#turn !== turn && (this.#several || this.#turn !== undefined)) {
      if (this.#lastCharacter !== "\n") this.#write("\n");
      this.#write(`${persona}: `);
    }
    this.#turn = turn;
    this.#write(text);
  }

  #close({ persona, reason, why }: TurnEnd): void {
    if (this.#lastCharacter !== "\n") this.#write("\n");
    if (reason === "complete" || reason === "passed") return;
    const behind = why === undefined ? "" : `: ${forShell(why)}`;
    this.#say(`${persona} stopped (${reason})${behind}\n`);
  }

  /** A terminal shows both streams: a line of its own, and not behind half an answer. */
  #say(text: string): void {
    if (this.#output.live && this.#lastCharacter !== "\n") {
      this.#write("\n");
      const speaking = this.#turn === undefined ? undefined : this.#turns.get(this.#turn);
      if (speaking !== undefined) speaking.last = "\n";
    }
    this.#output.say(text);
  }

  #write(text: string): void {
    this.#output.write(text);
    this.#lastCharacter = text.at(-1) ?? this.#lastCharacter;
  }
}
