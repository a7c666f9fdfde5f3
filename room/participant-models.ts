import { contextModel } from "#models/context-model.ts";
import type { Model } from "#models/model.ts";
import type { Persona } from "#models/persona.ts";
import { agent } from "#models/personas/agent.ts";
import { python } from "#models/personas/python.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import type { ProfileBook } from "#models/profile-book.ts";
import type { Provider } from "#models/provider.ts";

/** The personas that every room has; the first one answers when no other is due. */
export const BUILT_IN: readonly Persona[] = [agent, python, toolsmith];

export interface ParticipantOptions {
  readonly provider: Provider;
  /** Model for personas that name none. */
  readonly model: string;
  /** Models of single personas, by id. */
  readonly personaModels: Readonly<Record<string, string>>;
  /** Whether the user has set that a model sees images. */
  readonly takesImages?: (model: string) => boolean;
  /** Absent: what the provider tells of each model. */
  readonly windowTokens?: number | undefined;
  /** Those of single personas, by id, with all that depends on them. */
  readonly own?: Readonly<
    Record<string, Pick<ParticipantOptions, "provider" | "learnProfile" | "observe">>
  >;
  readonly learnProfile?: ProfileBook["profileOf"];
  readonly observe?: ProfileBook["note"];
}

/** Built-in personas and those of the user; a user's persona replaces a built-in one of the same id. */
export function allPersonas(own: readonly Persona[]): readonly Persona[] {
  const builtIn = BUILT_IN.map((persona) => own.find(({ id }) => id === persona.id) ?? persona);
  return [...builtIn, ...own.filter((persona) => !builtIn.includes(persona))];
}

/** Gives every persona a language model and tells it who else is there. */
export function participantModels(
  personas: readonly Persona[],
  options: ParticipantOptions,
): readonly Model[] {
  const { model, personaModels, windowTokens, own = {} } = options;
  return personas.map((persona) => {
    const { provider, learnProfile, observe } = own[persona.id] ?? options;
    const name = personaModels[persona.id] ?? persona.model ?? model;
    return contextModel(persona, {
      provider,
      name,
      ...(options.takesImages?.(name) === true ? { takesImages: true } : {}),
      windowTokens,
      others: personas.filter((other) => other !== persona),
      personas,
      ...(learnProfile === undefined ? {} : { learnProfile }),
      ...(observe === undefined ? {} : { observe }),
    });
  });
}

/** One persona with a language model of its own choice. */
export function withModelOf(
  personas: readonly Persona[],
  options: ParticipantOptions,
  [id, name]: readonly [id: string, model: string],
): Model {
  const chosen = { ...options, personaModels: { ...options.personaModels, [id]: name } };
  const model = participantModels(personas, chosen).find(({ persona }) => persona.id === id);
  if (model === undefined) throw new Error(`No persona here is called "${id}"`);
  return model;
}
