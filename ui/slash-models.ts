/** Slash commands about the language models of a room. */
import { OrgError } from "#core/errors.ts";
import { progressLines } from "./pull-progress.ts";
import type { Outcome, SlashContext } from "./slash-command.ts";
import { argumentsOf } from "./slash-command-line.ts";

/** Shows the models, or gives all personas or one another. */
export async function switchModel({ room }: SlashContext, operand: string): Promise<Outcome> {
  const [first, second, extra] = argumentsOf(operand);
  if (first === undefined) {
    const rows = room.models.map(
      ({ persona, name, provider }) => `  @@${persona.id} · ${name} · ${provider.endpoint}`,
    );
    return { text: rows.join("\n") };
  }
  if (extra !== undefined) {
    throw new OrgError(`Unexpected word "${extra.slice(0, 80)}"`, {
      code: "USAGE",
      why: "a persona and a model are two words, and a model for all personas is one",
      remedies: ["/model MODEL", `/model ${room.models[0]?.persona.id ?? "agent"} MODEL`],
      unchanged: "Every persona keeps the model that it had.",
    });
  }
  if (second === undefined) await room.setModel(first);
  else await room.setModel(second, first.replace(/^@@/, ""));
  return {};
}

/** Fetches a model onto the server, with its progress. */
export function pullModel({ room, say }: SlashContext, operand: string): Outcome {
  const next = room.models.find(({ persona }) => persona.id === room.nextSpeakers[0]);
  const name = operand === "" ? next?.name : operand;
  const { pull, endpoint } = next?.provider ?? {};
  if (name === undefined || pull === undefined) throw pullsNone(endpoint);
  const done = room.during(async (signal) => {
    for await (const line of progressLines(pull(name, signal))) say?.(room.cleaner.clean(line));
    say?.(room.cleaner.clean(`✔ ${name} is on ${endpoint}`));
  });
  return { done };
}

function pullsNone(endpoint = "the server"): OrgError {
  return new OrgError(`${endpoint} cannot fetch models`, {
    code: "PROVIDER_REFUSED",
    why: "only an Ollama server can; install the model on the server by hand",
    remedies: ["org models list"],
    unchanged: "Nothing was changed.",
  });
}
