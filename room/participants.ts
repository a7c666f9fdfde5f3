import { OrgError } from "#core/errors.ts";
import { unknownPersona } from "#core/mode.ts";
import { nearestNames } from "#core/nearest.ts";
import { budgeted } from "#models/budgeted.ts";
import { type Model, withProvider } from "#models/model.ts";
import { isSameModel } from "#models/same-model.ts";
import type { RoomOptions } from "./room-options.ts";

/** Longest wait for the servers' lists, in milliseconds. */
const LIST_MS = 5000;
/** So many models of a server are named. */
const MAX_LISTED = 8;
const UNCHANGED = "Every persona keeps the model that it had.";

/** Who is in a room, each with the language model behind it, whose completions are paid for. */
export class Participants {
  readonly #options: Pick<RoomOptions, "id" | "budget" | "withModel">;
  #models: readonly Model[];

  constructor(options: Pick<RoomOptions, "id" | "budget" | "models" | "withModel">) {
    this.#options = options;
    this.#models = options.models.map((model) => this.#paidFor(model));
  }

  get models(): readonly Model[] {
    return this.#models;
  }

  /** Of all personas, in the order in which `@@group` asks them. */
  get ids(): readonly string[] {
    return this.#models.map((model) => model.persona.id);
  }

  /** The model behind a persona; `undefined` for one that was here once. */
  find(persona: string): Model | undefined {
    return this.#models.find((one) => one.persona.id === persona);
  }

  /** The model behind a persona that is here. */
  modelOf(persona: string): Model {
    const model = this.find(persona);
    if (model === undefined) throw new Error(`No persona here is called "${persona}"`);
    return model;
  }

  /**
   * Gives personas another language model, once their servers have confirmed that they have it.
   *
   * @param persona absent: everybody.
   * @throws {OrgError} `PERSONA_UNKNOWN`, `MODEL_MISSING`, what asking a server for its models throws, and
   *   `USAGE` where models cannot be changed.
   */
  async setModel(name: string, persona?: string): Promise<void> {
    const { withModel } = this.#options;
    if (withModel === undefined) throw fixed();
    if (persona !== undefined && !this.ids.includes(persona)) {
      const remedyOf = (one: string) => `/model ${one} ${name}`;
      throw unknownPersona(persona, this.ids, { remedyOf, unchanged: UNCHANGED });
    }
    const changed = persona === undefined ? this.#models : [this.modelOf(persona)];
    const signal = AbortSignal.timeout(LIST_MS);
    const servers = new Map(changed.map(({ provider }) => [provider.endpoint, provider]));
    for (const [endpoint, provider] of servers) {
      const there = await provider.listModels(signal);
      if (!there.some((one) => isSameModel(one, name))) throw missing(name, endpoint, there);
    }
    this.#models = this.#models.map((one) =>
      changed.includes(one) ? this.#paidFor(withModel(one.persona.id, name)) : one,
    );
  }

  #paidFor(model: Model): Model {
    const account = this.#options.budget?.account(this.#options.id, model.persona.id);
    if (account === undefined) return model;
    return withProvider(model, budgeted(model.provider, account));
  }
}

function missing(name: string, endpoint: string, there: readonly string[]): OrgError {
  return new OrgError(`${endpoint} has no model "${name.slice(0, 80)}"`, {
    code: "MODEL_MISSING",
    why: `it has ${listed(there)}`,
    remedies: [...nearestNames(name, there).map((one) => `/model ${one}`), `/pull ${name}`],
    unchanged: UNCHANGED,
  });
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  const first = names.slice(0, MAX_LISTED).join(", ") || "none";
  return more > 0 ? `${first} and ${more} more (org models list)` : first;
}

function fixed(): OrgError {
  return new OrgError("The models of this room cannot be changed", {
    code: "USAGE",
    why: "they belong to the process that opened it",
    remedies: ["org --resume --model NAME"],
    unchanged: UNCHANGED,
  });
}
