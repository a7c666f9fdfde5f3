import { describe, expect, test } from "bun:test";
import { explain } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { scriptedOllama } from "#test/scripted-ollama.ts";
import { lines, refusal } from "#test/scripted-pieces.ts";
import { ollamaProvider } from "./ollama.ts";

const timeouts = PATIENT;

describe("fetching a model", () => {
  const layer = (digest: string, total: number, completed?: number) => ({
    ...{ status: `pulling ${digest}`, digest: `sha256:${digest}`, total, completed },
  });

  test("adds up its layers, whatever order they come in", async () => {
    const pull = lines(
      { status: "pulling manifest" },
      layer("aaaaaaaaaaaa", 100),
      layer("bbbbbbbbbbbb", 50, 50),
      layer("aaaaaaaaaaaa", 100, 60),
      { status: "verifying sha256 digest" },
      { status: "success" },
    );
    await using server = scriptedOllama({ pull });
    const steps = await pulled(server.url);
    expect(steps.map(({ totalBytes, completedBytes }) => [totalBytes, completedBytes])).toEqual([
      [0, 0],
      [100, 0],
      [150, 50],
      [150, 110],
      [150, 110],
      [150, 110],
    ]);
    expect(steps.at(-1)?.status).toBe("success");
  });

  test.each([
    [
      "an unknown name",
      lines({ status: "pulling manifest" }, { error: "pull model manifest: file does not exist" }),
      "MODEL_MISSING",
    ],
    [
      "a disk that is full",
      lines({ error: "write /models/blob: no space left on device" }),
      "PROVIDER_REFUSED",
    ],
    ["a stream that ends early", lines({ status: "pulling manifest" }), "STREAM_CUT"],
    [
      "a connection that breaks",
      { ...lines({ status: "pulling manifest" }), end: "break" } as const,
      "STREAM_ERROR",
    ],
    ["a server that fetches none", refusal(404, "not found"), "PROVIDER_REFUSED"],
    ["a name that is none", refusal(400, { error: "invalid model name" }), "MODEL_MISSING"],
  ])("%s", async (_, pull, code) => {
    await using server = scriptedOllama({ pull });
    const failure = await pulled(server.url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(explain(failure)).toMatch(/→ /);
  });
});

async function pulled(baseUrl: string) {
  const steps = ollamaProvider({ baseUrl, timeouts }).pull?.("m", new AbortController().signal);
  if (steps === undefined) throw new Error("An Ollama fetches models");
  return await Array.fromAsync(steps);
}
