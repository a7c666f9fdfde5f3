#!/usr/bin/env bun
/**
 * What a real model finds in dialogues that were kept apart, and what code keeps of it.
 *
 *   bun run bench observer --base URL --model NAME [--wire openai|ollama] [--dialogues FILE]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { observeRoom } from "#app/observe-job.ts";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openMemory } from "#memory/open-memory.ts";
import { completeText } from "#models/complete.ts";
import { NOTE_EXAM, passesNoteExam } from "#models/note-exam.ts";
import type { Provider } from "#models/provider.ts";
import { openProvider } from "#models/servers/open-provider.ts";
import { eventsOfDialogue } from "#test/memory/observed-dialogue.ts";
import { Talk } from "#test/memory/talk.ts";
import { type HeldOut, readDialogues } from "./observer/read-dialogues.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DIALOGUES = join(import.meta.dir, "observer", "dialogues.txt");
const TIMEOUTS = { firstByteMs: 600_000, idleMs: 120_000 };

interface Found {
  readonly dialogue: HeldOut;
  readonly kept: readonly string[];
  readonly offered: number;
}

const { values } = parseArgs({
  options: {
    base: { type: "string" },
    model: { type: "string" },
    wire: { type: "string" },
    dialogues: { type: "string", default: DIALOGUES },
  },
});
const { base, model, wire, dialogues } = values;
if (base === undefined || model === undefined) {
  throw new OrgError("Which model is to be measured?", {
    code: "USAGE",
    remedies: ["bun run bench observer --base http://127.0.0.1:8099 --model coder"],
  });
}
const provider = openProvider({
  ...{ baseUrl: base, apiKey: undefined, cleaner: new TextCleaner(), timeouts: TIMEOUTS },
  wire: wire === "ollama" ? "ollama" : "openai",
});

const { text: exam } = await completeText(
  provider,
  { ...NOTE_EXAM, model },
  { signal: new AbortController().signal },
);
const canTell = passesNoteExam(exam);
process.stderr.write(`the model can tell a remark from a fact: ${canTell} (${exam.trim()})\n`);
const all: Found[] = [];
for (const dialogue of readDialogues(await Bun.file(dialogues).text())) {
  const found = await observe(dialogue, provider, model);
  all.push(found);
  process.stderr.write(`${dialogue.name}: ${found.offered} offered, ${found.kept.length} kept\n`);
}
process.stdout.write(`${report(all)}\n`);

async function observe(dialogue: HeldOut, server: Provider, name: string): Promise<Found> {
  await using folder = await temporaryFolder();
  const cleaner = new TextCleaner();
  await using memory = await openMemory(join(folder.path, "memory.sqlite"), { cleaner });
  const talk = new Talk();
  for (const event of eventsOfDialogue(dialogue.turns)) await talk.append("r", event);
  const { signal } = new AbortController();
  const task = { room: "r", through: await talk.journal.head("r") };
  let offered = 0;
  await observeRoom(task, {
    ...{ journal: talk.journal, memory, cleaner, promotion: "suggest", signal },
    ofPrograms: () => Promise.resolve(new Set<string>()),
    canTell: () => Promise.resolve(canTell),
    ask: async (wish) => {
      const { text } = await completeText(server, { ...wish, model: name }, { signal });
      offered += text.split('"quote"').length - 1;
      return text;
    },
  });
  const kept = memory.list("human", ["staged"]).map(({ text }) => text);
  return { dialogue, kept, offered };
}

function report(found: readonly Found[]): string {
  const rows = found.flatMap(({ dialogue, kept }) => {
    const { name, learn, forbidden } = dialogue;
    const missed = learn.filter((text) => !kept.includes(text)).map((text) => `missed     ${text}`);
    const wrong = kept.filter((text) => !learn.includes(text));
    const told = wrong.map(
      (text) => `${forbidden.includes(text) ? "FORBIDDEN" : "not needed"} ${text}`,
    );
    return [...missed, ...told].map((row) => `${name.padEnd(12)} ${row}`);
  });
  const sum = (count: (one: Found) => number) =>
    found.reduce((total, one) => total + count(one), 0);
  const kept = sum((one) => one.kept.length);
  const right = sum(
    ({ dialogue, kept: texts }) => texts.filter((text) => dialogue.learn.includes(text)).length,
  );
  const forbidden = sum(
    ({ dialogue, kept: texts }) => texts.filter((text) => dialogue.forbidden.includes(text)).length,
  );
  const wanted = sum(({ dialogue }) => dialogue.learn.length);
  return [
    ...rows,
    `${found.length} dialogues, ${wanted} things to learn, ${sum(({ offered }) => offered)} offered, ${kept} kept`,
    `precision ${(right / Math.max(1, kept)).toFixed(2)}, recall ${(right / wanted).toFixed(2)}, forbidden ${forbidden}`,
  ].join("\n");
}
