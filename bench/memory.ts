#!/usr/bin/env bun
/** How much a memory finds again, and what saving, searching and starting cost with 10,000 notes and 50,000 episodes. */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { engineSettings } from "#home/settings/engine-settings.ts";
import { byModel, type NoteEmbedder } from "#memory/note-embedder.ts";
import { EMBEDDING_MODEL } from "#models/engine/catalogue.ts";
import { EngineEmbedder } from "#models/engine/engine-embedder.ts";
import { readEmbeddings } from "#models/engine/installed.ts";
import { startEngine } from "#models/engine/process.ts";
import { Restarts } from "#models/engine/restarts.ts";
import { memoryCost, sayStart } from "./memory/cost.ts";
import { type FactRecall, factRecall, talkRecall, within } from "./memory/recall.ts";
import { atLeast, publish, type Section } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const SEED = 20_261_123;

const [option, path = ""] = process.argv.slice(2);
if (option === "--open") await sayStart(path);
else await measure();

async function measure(): Promise<void> {
  await using folder = await temporaryFolder();
  const talks = await talkRecall(folder.path, SEED);
  const facts = await factRecall(folder.path, SEED);
  await using parts = new AsyncDisposableStack();
  const embedder = await installedEmbedder(folder.path, parts);
  const modelled = embedder && (await factRecall(folder.path, SEED, embedder));
  const gained = { name: "recall@10 above FTS5", samples: [talks.ours - talks.fullText] };
  const own1 = { name: "own words @1", samples: [within(facts.own, 1)] };
  const own5 = { name: "own words @5", samples: [within(facts.own, 5)] };
  const other5 = { name: "other words @5", samples: [within(facts.other, 5)] };
  const updates = { name: "updates", samples: [facts.updates] };
  const recall: Section = {
    title: "memory: what is found again",
    unit: "part of the questions, more is better",
    series: [gained, own1, own5, other5, updates],
    aims: [
      ...[atLeast(0.15, gained), atLeast(0.93, own1), atLeast(0.99, own5), atLeast(0.26, other5)],
      atLeast(1, updates),
    ],
  };
  const more = modelled === undefined ? [] : [modelled.grid, modelSection(modelled)];
  publish([talks.grid, facts.grid, recall, ...more, ...(await memoryCost(folder.path, SEED))]);
}

/** Where `org engine install --embeddings` was run. */
async function installedEmbedder(
  home: string,
  parts: AsyncDisposableStack,
): Promise<NoteEmbedder | undefined> {
  const engine = engineSettings(Bun.env);
  const found = await readEmbeddings(engine.folder);
  if (found.state !== "installed") return undefined;
  const { contextTokens } = EMBEDDING_MODEL;
  const start = { engine: found.engine, home, threads: engine.threads, contextTokens };
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const engines = parts.use(
    new Restarts((signal) => startEngine({ ...start, conversations: 1, embeds: true }, signal)),
  );
  return byModel(new EngineEmbedder({ engines, cleaner: new TextCleaner() }));
}

function modelSection({ own, other, updates: changed }: FactRecall): Section {
  const own1 = { name: "own words @1", samples: [within(own, 1)] };
  const other5 = { name: "other words @5", samples: [within(other, 5)] };
  const updates = { name: "updates", samples: [changed] };
  return {
    title: "memory: what is found again with the embedding model",
    unit: "part of the questions, more is better",
    series: [own1, other5, updates],
    aims: [atLeast(0.93, own1), atLeast(0.62, other5), atLeast(1, updates)],
  };
}
