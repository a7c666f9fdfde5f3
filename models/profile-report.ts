/** Reports the facts of a model, the source of each, and the form of its requests. */
import type { ModelLine, ModelReport } from "#core/model-facts.ts";
import {
  type Knowledge,
  type Learnt,
  SMALL_BELOW_BILLIONS,
  type Sourced,
  type SourcedProfile,
  sourcedProfile,
} from "./derive-profile.ts";
import { knownModel } from "./known-models.ts";
import type { ModelWindow } from "./provider.ts";

/** @param window as the server reports it, or as the user has set it. */
export function profileReport(knowledge: Knowledge, window: ModelWindow | undefined): ModelReport {
  const profile = sourcedProfile(knowledge);
  return {
    name: knowledge.name,
    facts: [...serverLines(knowledge, profile, window), ...writingLines(knowledge, profile)],
    plan: planLines(profile),
  };
}

function serverLines(
  { server }: Knowledge,
  { billions, slots, takesShapes }: SourcedProfile,
  window: ModelWindow | undefined,
): readonly ModelLine[] {
  return [
    ...line("server", fromServer(server?.server)),
    ...line("weights, in billions", billions),
    ...line("window, in tokens", fromServer(window?.tokens)),
    ...line("slots", slots),
    ...line("takes shapes", takesShapes),
  ];
}

function writingLines(
  { name, learnt }: Knowledge,
  { dialect, thinkOpen }: SourcedProfile,
): readonly ModelLine[] {
  const publicFacts = knownModel(name);
  const tried = publicFacts?.tried === undefined ? "not tried" : `tried: ${publicFacts.tried}`;
  return [
    ...line("dialect", dialect),
    ...line("begins thinking", thinkOpen),
    ...(learnt === undefined ? [] : answersLines(learnt)),
    ...(publicFacts === undefined
      ? []
      : [{ what: "family", value: `${publicFacts.family}; ${tried}`, source: "table" }]),
  ];
}

function answersLines({ declared, written }: Learnt): readonly ModelLine[] {
  const observed = [
    ...(declared === 0 ? [] : [`declared by the server in ${answers(declared)}`]),
    ...Object.entries(written).map(([id, count]) => `written as ${id} in ${answers(count)}`),
  ];
  return observed.map((value) => ({ what: "calls seen", value, source: "answers" }));
}

function answers(count: number): string {
  return count === 1 ? "1 answer" : `${count} answers`;
}

const BY_DEFAULT = "by default";
const NO_SHAPES = "the server is not known to take shapes";

function planLines({ calls, lean, temperature, billions }: SourcedProfile): ModelLine[] {
  const isSmall = billions !== undefined && billions.value < SMALL_BELOW_BILLIONS;
  const size = `${isSmall ? "below" : "not below"} ${SMALL_BELOW_BILLIONS} billion weights`;
  const sourceOf = (fact: Sourced<unknown> | undefined): string => {
    if (fact === undefined) return billions === undefined ? BY_DEFAULT : size;
    return fact.source === "rule" ? size : fact.source;
  };
  return [
    {
      what: "calls by",
      value: calls?.value ?? "template",
      source:
        isSmall && calls?.value === "template" && calls.source === "rule"
          ? NO_SHAPES
          : sourceOf(calls),
    },
    { what: "prompt", value: lean?.value === true ? "lean" : "whole", source: sourceOf(lean) },
    {
      what: "temperature",
      value: temperature?.value ?? "the persona's",
      source: temperature?.source ?? BY_DEFAULT,
    },
  ];
}

function fromServer<Value>(value: Value | undefined): Sourced<Value> | undefined {
  return value === undefined ? undefined : { value, source: "server" };
}

function line(
  what: string,
  fact: Sourced<string | number | boolean> | undefined,
): readonly ModelLine[] {
  return fact === undefined ? [] : [{ what, value: fact.value, source: fact.source }];
}
