/** What is kept of whole dialogues: all that is to be learnt, and nothing else, whatever a model offers. */
import { describe, expect, test } from "bun:test";
import { OTHER_WORDS } from "#test/memory/more-dialogues.ts";
import { observedIn } from "#test/memory/observed-dialogue.ts";
import { type Dialogue, OWN_WORDS } from "#test/memory/observer-dialogues.ts";
import { judgeItem, type Lesson, type Offer } from "./judge-item.ts";

const DIALOGUES = [...OWN_WORDS, ...OTHER_WORDS];

function kept({ turns }: Dialogue, offers: readonly Offer[]): readonly Lesson[] {
  const observed = observedIn(turns);
  return offers
    .map((offer) => judgeItem(offer, observed))
    .filter((outcome) => typeof outcome !== "string");
}

const fact = (quote: string): Offer => ({ quote, kind: "fact" });

describe("a model that makes no mistake", () => {
  test.each(DIALOGUES.map((one) => [one.name, one] as const))("%s", (_name, dialogue) => {
    const offers = dialogue.perfect.map(([kind, quote]) => ({ kind, quote }));
    const stored = kept(dialogue, offers).map(({ kind, text }) => [kind, text]);
    expect(stored).toEqual(dialogue.perfect.map(([kind, _quote, text]) => [kind, text]));
  });
});

describe("a model that makes every mistake", () => {
  test.each(DIALOGUES.map((one) => [one.name, one] as const))("%s", (_name, dialogue) => {
    const right = new Set(dialogue.perfect.map(([_kind, _quote, text]) => text));
    // What the personas and the tools said is offered as well.
    const others = dialogue.turns.filter(([who]) => who !== "user").map(([, text]) => text);
    const offers = [...dialogue.wrong, ...others].map(fact);
    const stored = kept(dialogue, offers).map(({ text }) => text);
    expect(stored.filter((text) => !right.has(text))).toEqual([]);
  });
});
