/** Decides the form of a model's requests, out of facts. Facts are stored, decisions are made anew each time. */
import type { ServerFacts, ServerProduct } from "#core/model-facts.ts";
import type { CallStyle, ModelProfile } from "./extract/extractor.ts";
import { knownModel } from "./known-models.ts";
import { profileOf } from "./model-profile.ts";
import { billionsOfName } from "./parameter-count.ts";

/** What org has learnt from the answers of a model. */
export interface Learnt {
  /** Answers with a call that the server declared, counted up to a bound. */
  readonly declared: number;
  /** Answers with a call in their text and none declared although tools were, by the call's dialect; bounded. */
  readonly written: Readonly<Record<string, number>>;
  /** The server held an answer to a shape, or refused to. */
  readonly takesShapes?: boolean | undefined;
}

/** All facts of a model. */
export interface Knowledge {
  readonly name: string;
  readonly server?: ServerFacts | undefined;
  readonly learnt?: Learnt | undefined;
  /** What a person has set; it holds against everything else. */
  readonly byHand?: ModelProfile | undefined;
}

type Source = "by hand" | "server" | "template" | "name" | "table" | "answers" | "rule";

export interface Sourced<Value> {
  readonly value: Value;
  readonly source: Source;
}

/** A profile in which each part says where it comes from. */
export type SourcedProfile = {
  readonly [Key in keyof ModelProfile]: Sourced<Exclude<ModelProfile[Key], undefined>> | undefined;
} & {
  readonly takesShapes?: Sourced<boolean> | undefined;
};

/** Models below it, in billions of weights, get the short prompt and are held to a shape where the server can. */
export const SMALL_BELOW_BILLIONS = 4;

/** These take a grammar in the language of llama.cpp. Ollama takes a schema alone. */
const WITH_GRAMMARS: readonly ServerProduct[] = ["llama.cpp", "engine"];

/** Calls in the text, and none declared, that show how a model writes them. */
const ENOUGH_WRITTEN = 2;

/** These hold an answer to a JSON schema. */
const WITH_SHAPES: readonly ServerProduct[] = [
  "llama.cpp",
  "ollama",
  "engine",
  "lm-studio",
  "vllm",
];

export function sourcedProfile({ name, server, learnt, byHand = {} }: Knowledge): SourcedProfile {
  const publicFacts = knownModel(name);
  const template = server?.template === undefined ? {} : profileOf(server.template);
  const billions =
    from("by hand", byHand.billions) ??
    from("server", server?.billions) ??
    from("name", billionsOfName(name)) ??
    from("table", publicFacts?.billions.length === 1 ? publicFacts.billions[0] : undefined);
  const isSmall = billions === undefined ? undefined : billions.value < SMALL_BELOW_BILLIONS;
  const takesShapes = shapesOf(server, learnt);
  const writes = learnt === undefined ? undefined : dialectOf(learnt);
  return {
    billions,
    takesShapes,
    rawShapes: WITH_GRAMMARS.some((one) => one === server?.server)
      ? { value: true, source: "server" }
      : undefined,
    temperature: from("by hand", byHand.temperature),
    slots: from("by hand", byHand.slots) ?? from("server", server?.slots),
    lean:
      from("by hand", byHand.lean) ??
      (isSmall === true ? { value: true, source: "rule" } : undefined),
    calls:
      from("by hand", byHand.calls) ??
      callsOf({ isSmall, takesShapes: takesShapes?.value, learnt }),
    thinkOpen: from("by hand", byHand.thinkOpen) ?? from("template", template.thinkOpen),
    dialect:
      from("by hand", byHand.dialect) ??
      from("template", template.dialect) ??
      from("answers", writes) ??
      // A server that shows its template has answered for the model that it really has.
      from("table", server?.template === undefined ? publicFacts?.dialect : undefined),
  };
}

/** The same without the sources; unknown parts are absent. */
export function derivedProfile(knowledge: Knowledge): ModelProfile {
  const { takesShapes: _, ...parts } = sourcedProfile(knowledge);
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, part]) => (part === undefined ? [] : [[key, part.value]])),
  );
}

function shapesOf(
  server: ServerFacts | undefined,
  learnt: Learnt | undefined,
): Sourced<boolean> | undefined {
  const observed = from("answers", learnt?.takesShapes);
  if (observed !== undefined) return observed;
  const product = server?.server;
  return product !== undefined && WITH_SHAPES.includes(product)
    ? { value: true, source: "server" }
    : undefined;
}

interface CallFacts {
  readonly isSmall: boolean | undefined;
  readonly takesShapes: boolean | undefined;
  readonly learnt: Learnt | undefined;
}

/**
 * Small models are held to a shape where the server can, all others are given their tools by the template. Of a model
 * of unknown size the answers decide: one that wrote two calls into its text and never had one declared does not
 * call by the template.
 *
 * @returns `undefined` where nothing decides, which means the template.
 */
function callsOf({ isSmall, takesShapes, learnt }: CallFacts): Sourced<CallStyle> | undefined {
  if (isSmall !== undefined) {
    return { value: isSmall && takesShapes === true ? "shape" : "template", source: "rule" };
  }
  if (learnt === undefined) return undefined;
  if (learnt.declared > 0) return { value: "template", source: "answers" };
  if (dialectOf(learnt) === undefined) return undefined;
  return { value: takesShapes === true ? "shape" : "text", source: "answers" };
}

/** The dialect that a model writes of its own accord, once it is sure. */
function dialectOf({ declared, written }: Learnt): string | undefined {
  if (declared > 0) return undefined;
  const [most] = Object.entries(written).sort(([, one], [, other]) => other - one);
  return most !== undefined && most[1] >= ENOUGH_WRITTEN ? most[0] : undefined;
}

function from<Value>(source: Source, value: Value | undefined): Sourced<Value> | undefined {
  return value === undefined ? undefined : { value, source };
}
