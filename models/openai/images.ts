/** Whether a model sees images, which every compatible server reports in a field of its own. */

import { fieldsOf } from "#core/json.ts";
import { type Server, tryJson } from "../http/server.ts";
import { entryOf } from "./window.ts";

/** Longest wait for each of the endpoints, in milliseconds. */
const ASK_MS = 1000;

/** Requests all endpoints at once. @returns `undefined` when none of them reports it. */
export async function takesImages(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { endpoint } = server.address;
  const ask = (path: string, body?: object) => {
    const question = { url: `${endpoint}${path}`, ms: ASK_MS };
    return tryJson(server, body === undefined ? question : { ...question, body }, signal);
  };
  const [details, props, loaded] = await Promise.all([
    ask("/api/show", { model }),
    ask("/props"),
    ask("/api/v0/models"),
  ]);
  const capabilities = details?.["capabilities"]; // Ollama
  if (Array.isArray(capabilities)) return capabilities.includes("vision");
  const { vision } = fieldsOf(props?.["modalities"]); // llama.cpp
  if (typeof vision === "boolean") return vision;
  const { type } = entryOf(loaded?.["data"], model); // LM Studio: "llm", "vlm" or "embeddings"
  return typeof type === "string" ? type === "vlm" : undefined;
}
