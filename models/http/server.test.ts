/** A key goes to another machine over plain HTTP only where a person said so. */
import { expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { anthropicProvider } from "../anthropic/anthropic.ts";
import { ollamaProvider } from "../ollama/ollama.ts";
import { openAiEmbeddings } from "../openai/embeddings.ts";
import { openAiProvider } from "../openai/openai.ts";
import { openProvider } from "../servers/open-provider.ts";
import type { ServerOptions } from "./server.ts";

const KEY = "key-of-the-user-12345";
const OPENERS: readonly (readonly [string, (options: ServerOptions) => unknown])[] = [
  ["openai", openAiProvider],
  ["ollama", ollamaProvider],
  ["anthropic", anthropicProvider],
  ["embeddings", (options) => openAiEmbeddings({ ...options }, 1000)],
  ["any", openProvider],
];

test.each(OPENERS)("%s", (_wire, open) => {
  const opened = (baseUrl: string, more: Partial<ServerOptions> = {}): unknown =>
    open({ baseUrl, timeouts: PATIENT, apiKey: KEY, ...more });
  for (const base of [
    ...["http://10.0.0.5:8000", "http://models.example", "http://127.0.0.1.example:1"],
    ...["http://localhost.example", "http://[::ffff:10.0.0.5]:80/v1", "models.example:11434"],
  ]) {
    const refused = () => opened(base);
    expect(refused).toThrow(
      expect.objectContaining({
        ...{ code: "CONFIG_INVALID", unchanged: "Nothing was sent." },
        message: expect.stringContaining("plain HTTP"),
        remedies: expect.arrayContaining([expect.stringContaining("key_over_http = true")]),
      }),
    );
    expect(refused).not.toThrow(KEY);
    opened(base, { keyOverHttp: true });
    opened(base, { apiKey: undefined });
    opened(base, { apiKey: "ollama" });
    expect(() =>
      opened(base.replace(/^(?:http:\/\/)?/, "http://ann:long-password@"), { apiKey: "" }),
    ).toThrow("plain HTTP");
    opened(base.replace(/^(?:http:\/\/)?/, "https://"));
  }
  for (const base of ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"]) opened(base);
});
