/**
 * The program of the child process: reads one line of JSON, loads a model and serves it until its standard input ends,
 * which it does when the parent is gone, however that went.
 */
import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import { textLines } from "#core/lines.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { fileSum } from "#platform/verified-file.ts";
import type { EngineOrder, EngineReport } from "../protocol.ts";
import { serveEndpoint } from "./endpoint.ts";
import { openInferenceSession } from "./inference-session.ts";
import { openVectors } from "./vectors.ts";
import { serveVectors } from "./vectors-endpoint.ts";

const orderSchema: z.ZodType<EngineOrder> = z.object({
  token: z.string(),
  runtimeFolder: z.string(),
  model: z.string(),
  modelPath: z.string(),
  sha256: z.string(),
  isSmall: z.boolean(),
  embeds: z.boolean(),
  threads: z.int().min(1),
  contextTokens: z.int().min(1),
  conversations: z.int().min(1),
});

if (import.meta.main) await main();

async function main(): Promise<void> {
  for await (const line of textLines(Bun.stdin.stream())) {
    report(await start(orderSchema.parse(JSON.parse(line))));
  }
  process.exit(0);
}

async function start(order: EngineOrder): Promise<EngineReport> {
  const { model, token, modelPath, sha256 } = order;
  try {
    const found = await fileSum(modelPath);
    if (found !== sha256) {
      const why = `the SHA-256 of ${modelPath} is ${found ?? "that of no file"} and should be ${sha256}`;
      return { type: "failed", why, isDamaged: true };
    }
    const onLog = (text: string): void => void process.stderr.write(text);
    if (order.embeds) {
      const vectors = await openVectors({ ...order, onLog });
      const port = serveVectors({ model, token, vectors });
      const { contextTokens, parameters } = vectors;
      return { type: "ready", port, contextTokens, slots: 1, parameters };
    }
    const speaker = await openInferenceSession({ ...order, onLog });
    const port = serveEndpoint({ model, token, speaker });
    const { contextTokens, slots, parameters } = speaker;
    return { type: "ready", port, contextTokens, slots, parameters };
  } catch (error) {
    return { type: "failed", why: reasonOf(error), isDamaged: false };
  }
}

function report(line: EngineReport): void {
  process.stdout.write(jsonLine(line));
}
