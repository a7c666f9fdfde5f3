/** An answer of {@link PROSE} as it goes over the wire in OpenAI's format. */
import { PIECES } from "./prose.ts";

/** The name that every request asks for. */
export const MODEL = "llama3.2";

/** One element for each event of the stream, the two that end it included. */
export function wireEvents(): readonly Uint8Array[] {
  const said = PIECES.map((content, index) => ({
    delta: index === 0 ? { role: "assistant", content } : { content },
    finish_reason: null,
  }));
  const payloads = [...said, { delta: {}, finish_reason: "stop" }].map((choice) =>
    JSON.stringify({
      id: "chatcmpl-584",
      object: "chat.completion.chunk",
      created: 1_767_225_600,
      model: MODEL,
      system_fingerprint: "fp_ollama",
      choices: [{ index: 0, ...choice, logprobs: null }],
    }),
  );
  const encoder = new TextEncoder();
  return [...payloads, "[DONE]"].map((payload) => encoder.encode(`data: ${payload}\n\n`));
}
