#!/usr/bin/env bun
/** How much a memory finds again, and what saving, searching and starting cost with 10,000 notes and 50,000 episodes. */
import { memoryCost, sayStart } from "./memory/cost.ts";
import { factRecall, talkRecall, within } from "./memory/recall.ts";
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
  const gained = { name: "recall@10 above FTS5", samples: [talks.ours - talks.fullText] };
  const own1 = { name: "own words @1", samples: [within(facts.own, 1)] };
  const own5 = { name: "own words @5", samples: [within(facts.own, 5)] };
  const other5 = { name: "other words @5", samples: [within(facts.other, 5)] };
  const recall: Section = {
    title: "memory: what is found again",
    unit: "part of the questions, more is better",
    series: [gained, own1, own5, other5],
    aims: [atLeast(0.1, gained), atLeast(0.93, own1), atLeast(0.99, own5), atLeast(0.26, other5)],
  };
  publish([talks.grid, facts.grid, recall, ...(await memoryCost(folder.path, SEED))]);
}
