/** What compatible servers report of themselves and of a model, each in a field of its own. */

import { type Fields, fieldsOf, isFields, textOf } from "#core/json.ts";
import type { ServerFacts, ServerProduct } from "#core/model-facts.ts";
import { type Server, tryJson } from "../http/server.ts";
import { OLLAMA_SLOTS, readDetails } from "../ollama/facts.ts";
import { billionsOfCount } from "../parameter-count.ts";
import { entryOf } from "./window.ts";

/** Longest silence of each of the endpoints, in milliseconds; the caller may give up sooner. */
const ASK_MS = 3000;
/** A chat template is the longest part. */
const MAX_BYTES = 1024 * 1024;

/** Requests all endpoints at once. @returns `undefined` when the server does not answer. */
export async function factsOf(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<ServerFacts | undefined> {
  const { api, endpoint } = server.address;
  const limits = { ms: ASK_MS, maxBytes: MAX_BYTES };
  const [listed, details, props] = await Promise.all([
    tryJson(server, { url: `${api}/models`, ms: ASK_MS }, signal),
    tryJson(server, { url: `${endpoint}/api/show`, body: { model }, ...limits }, signal),
    tryJson(server, { url: `${endpoint}/props`, ...limits }, signal),
  ]);
  if ([listed, details, props].every((answer) => answer === undefined)) return undefined;
  const entry = listedEntry(listed?.["data"], model);
  const { template, billions } = readDetails(details ?? {});
  const product = productOf({ entry, hasDetails: template !== undefined, props: props ?? {} });
  return {
    server: product,
    billions: billions ?? billionsOfCount(fieldsOf(entry["meta"])["n_params"]),
    slots: slotsOf(entry, props ?? {}) ?? (product === "ollama" ? OLLAMA_SLOTS : undefined),
    template: template ?? (textOf(props?.["chat_template"]) || undefined),
  };
}

interface Answers {
  readonly entry: Fields;
  /** Something answered at `/api/show`. */
  readonly hasDetails: boolean;
  readonly props: Fields;
}

function productOf({ entry, hasDetails, props }: Answers): ServerProduct | undefined {
  if (hasDetails) return "ollama";
  return (
    OWNERS[textOf(entry["owned_by"])] ?? (isCount(props["total_slots"]) ? "llama.cpp" : undefined)
  );
}

/** Whom the entries of a list belong to, by the product that writes it there. */
const OWNERS: Readonly<Record<string, ServerProduct>> = {
  llamacpp: "llama.cpp",
  library: "ollama",
  org: "engine",
  organization_owner: "lm-studio",
  vllm: "vllm",
};

/** llama.cpp answers to every name with the one model that it has. */
function listedEntry(list: unknown, model: string): Fields {
  const entries = Array.isArray(list) ? list.filter(isFields) : [];
  const only = entries.length === 1 ? entries[0] : undefined;
  return only?.["owned_by"] === "llamacpp" ? only : entryOf(list, model);
}

/** The engine reports it beside the name of the model, llama.cpp at `/props`. */
function slotsOf(entry: Fields, props: Fields): number | undefined {
  return [entry["slots"], props["total_slots"]].find(isCount);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
