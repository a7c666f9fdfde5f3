/**
 * A process that has the embedding model of an engine started, prints the number of that process and does nothing more: for
 * the test that kills it.
 *
 *   bun embeddings-owner.ts FOLDER HOME
 */
import { EMBEDDING_MODEL } from "#models/engine/catalogue.ts";
import { readEmbeddings } from "#models/engine/installed.ts";
import { type RunningEngine, startEngine } from "#models/engine/process.ts";
import { Restarts } from "#models/engine/restarts.ts";

/** The children of a home with that model. @throws where it is not installed. */
export async function embeddingEngines(
  folder: string,
  home: string,
): Promise<Restarts<RunningEngine>> {
  const found = await readEmbeddings(folder);
  if (found.state !== "installed") throw new Error(`The model is ${found.state}`);
  const { contextTokens } = EMBEDDING_MODEL;
  const start = { engine: found.engine, home, threads: 1, contextTokens, conversations: 1 };
  return new Restarts((signal) => startEngine({ ...start, embeds: true }, signal));
}

async function main([folder = "", home = ""]: readonly string[]): Promise<void> {
  const engines = await embeddingEngines(folder, home);
  const { process: child } = await engines.get(new AbortController().signal);
  process.stdout.write(`${child.pid}\n`);
  await new Promise(() => setInterval(() => undefined, 60_000));
}

if (import.meta.main) await main(process.argv.slice(2));
