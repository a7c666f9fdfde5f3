/** Says what is known of a model, where each fact comes from, and how it is asked. */
import type { ModelLine, ModelReport } from "#core/model-facts.ts";
import {
  type Knowledge,
  type Known,
  type Learnt,
  SMALL_BELOW_BILLIONS,
  type SourcedProfile,
  sourcedProfile,
} from "./derive-profile.ts";
import { knownModel } from "./known-models.ts";
import type { ModelWindow } from "./provider.ts";

/** @param window what the server tells of it, or a person has set. */
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
    ...line("server", told(server?.server)),
    ...line("weights, in billions", billions),
    ...line("window, in tokens", told(window?.tokens)),
    ...line("slots", slots),
    ...line("takes shapes", takesShapes),
  ];
}

function writingLines(
  { name, learnt }: Knowledge,
  { dialect, thinkOpen }: SourcedProfile,
): readonly ModelLine[] {
  const known = knownModel(name);
  const tried = known?.tried === undefined ? "not tried" : `tried: ${known.tried}`;
  return [
    ...line("dialect", dialect),
    ...line("begins thinking", thinkOpen),
    ...(learnt === undefined ? [] : answersLines(learnt)),
    ...(known === undefined
      ? []
      : [{ what: "family", value: `${known.family}; ${tried}`, source: "table" }]),
  ];
}

function answersLines({ declared, written }: Learnt): readonly ModelLine[] {
  const seen = [
    ...(declared === 0 ? [] : [`declared by the server in ${answers(declared)}`]),
    ...Object.entries(written).map(([id, count]) => `written as ${id} in ${answers(count)}`),
  ];
  return seen.map((value) => ({ what: "calls seen", value, source: "answers" }));
}

function answers(count: number): string {
  return count === 1 ? "1 answer" : `${count} answers`;
}

const BY_DEFAULT = "by default";
const NO_SHAPES = "the server is not known to take shapes";

function planLines({ calls, lean, temperature, billions }: SourcedProfile): ModelLine[] {
  const isSmall = billions !== undefined && billions.value < SMALL_BELOW_BILLIONS;
  const size = `${isSmall ? "below" : "not below"} ${SMALL_BELOW_BILLIONS} billion weights`;
  const sourceOf = (known: Known<unknown> | undefined): string => {
    if (known === undefined) return billions === undefined ? BY_DEFAULT : size;
    return known.source === "rule" ? size : known.source;
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

function told<Value>(value: Value | undefined): Known<Value> | undefined {
  return value === undefined ? undefined : { value, source: "server" };
}

function line(
  what: string,
  known: Known<string | number | boolean> | undefined,
): readonly ModelLine[] {
  return known === undefined ? [] : [{ what, value: known.value, source: known.source }];
}
