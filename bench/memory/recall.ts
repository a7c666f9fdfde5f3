/** How much is found again: exchanges of generated talks, and facts in their own words and in others. */
import { Glob } from "bun";
import type { Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { NoteEmbedder } from "#memory/note-embedder.ts";
import { openMemory } from "#memory/open-memory.ts";
import type { Grid } from "../support/report.ts";
import { FullText, type Words } from "./full-text.ts";
import { seqOf, talkJournal } from "./talk-journal.ts";
import { generateTalks, type TalkQuestion, type Talks } from "./talks.ts";

const MOST = 10;
const FULL_TEXTS: readonly Words[] = ["unicode61", "porter", "our stems"];

/** Notes beside the facts. */
const HAY = 2500;

/** For each question the place at which what was meant came, from 0; -1 where it did not. */
type Places = readonly number[];

export interface TalkRecall {
  readonly grid: Grid;
  /** Recall among the first ten in the half that nothing was chosen by. */
  readonly ours: number;
  readonly fullText: number;
}

/** @param folder for the file of the memory. Exchanges are compared by words alone, whatever notes are compared by. */
export async function talkRecall(folder: string, seed: number): Promise<TalkRecall> {
  const talks = generateTalks(seed);
  const { questions } = talks;
  const ours = await placesByMemory(`${folder}/talks.sqlite`, talks);
  const all: readonly (readonly [string, Places])[] = [
    ...FULL_TEXTS.map((words) => [`FTS5 alone, ${words}`, placesByWords(talks, words)] as const),
    ["the memory", ours],
  ];
  const heldOut = (places: Places, isMeant: (question: TalkQuestion) => boolean = () => true) =>
    places.filter((_, at) => at % 2 === 1 && isMeant(questions[at] ?? NO_QUESTION));
  const rows = all.map(([name, places]) => [
    name,
    ...[1, 5, 10].map((most) => share(places, most)),
    ...[1, 5, 10].map((most) => share(heldOut(places), most)),
    share(
      heldOut(places, ({ isNamed }) => isNamed),
      MOST,
    ),
    share(
      heldOut(places, ({ isNamed }) => !isNamed),
      MOST,
    ),
    share(
      heldOut(places, ({ wording }) => wording === "other words"),
      MOST,
    ),
  ]);
  const best = Math.max(...all.slice(0, -1).map(([, places]) => within(heldOut(places), MOST)));
  return {
    ...{ ours: within(heldOut(ours), MOST), fullText: best },
    grid: {
      title: `memory: ${questions.length} questions about ${talks.talks.length} generated talks`,
      head: [
        "",
        "@1",
        "@5",
        "@10",
        "kept apart @1",
        "@5",
        "@10",
        "named @10",
        '"it" @10',
        "other words @10",
      ],
      rows,
    },
  };
}

const NO_QUESTION: TalkQuestion = {
  text: "",
  wording: "own words",
  isNamed: false,
  talk: 0,
  at: 0,
};

export interface Fact {
  readonly fact: string;
  readonly own: string;
  readonly other: string;
}

export interface FactRecall {
  readonly grid: Grid;
  readonly own: Places;
  readonly other: Places;
  /** Part of the updates after which a question finds the new note first and the old one no more. */
  readonly updates: number;
}

/**
 * Facts as notes, among exchanges of generated talks and sentences of our own documents.
 *
 * @param embedder a model in place of the table of words.
 */
export async function factRecall(
  folder: string,
  seed: number,
  embedder?: NoteEmbedder,
): Promise<FactRecall> {
  const facts = await readFacts();
  const said = generateTalks(seed)
    .talks.flat()
    .map(({ line, answer }) => `${line} ${answer}`);
  const hay = new Set([...said, ...(await sentencesOfDocuments())]);
  const texts = new Set([...facts.map(({ fact }) => fact), ...[...hay].slice(0, HAY)]);
  const path = `${folder}/facts-${embedder === undefined ? "words" : "model"}.sqlite`;
  await using memory = await openMemory(path, { cleaner: new TextCleaner(), embedder });
  const notes = await saveAll(memory, [...texts]);
  const list = [...texts];
  using words = new FullText(list, "our stems");
  const placesOf = async (asked: "own" | "other", search: Search): Promise<Places> => {
    const found = facts.map(async (fact) => (await search(fact[asked])).indexOf(fact.fact));
    return await Promise.all(found);
  };
  const byMemory: Search = async (question) => {
    const { notes } = await memory.search(question, "human", { most: MOST });
    return notes.map(({ note }) => note.text);
  };
  const byWords: Search = async (question) =>
    words.search(question, MOST).map((place) => list[place] ?? "");
  const [own, other] = [await placesOf("own", byMemory), await placesOf("other", byMemory)];
  const line = (name: string, ...all: Places[]) => [
    name,
    ...all.flatMap((places) => [1, 5, 10].map((most) => share(places, most))),
  ];
  return {
    ...{ own, other, updates: await updatesIn(memory) },
    grid: {
      title: `memory: ${facts.length} facts among ${notes} notes, ${embedder?.id ?? "by the table of words"}`,
      head: ["", "own words @1", "@5", "@10", "other words @1", "@5", "@10"],
      rows: [
        line(
          "FTS5 alone, our stems",
          await placesOf("own", byWords),
          await placesOf("other", byWords),
        ),
        line("the memory", own, other),
      ],
    },
  };
}

/** Says of some facts that they have changed, as a human does, and asks for them. */
async function updatesIn(memory: Memory): Promise<number> {
  const by = { trust: "human", origin: "human" } as const;
  const updates = await readTable("updates.tsv");
  const right = await Promise.all(
    updates.map(async ([before = "", now = "", question = ""]) => {
      const { id } = await memory.save({ text: before, kind: "fact" }, by);
      const saved = await memory.save({ text: now, kind: "fact", replaces: id }, by);
      const { notes } = await memory.search(question, "human", { most: MOST });
      return notes[0]?.note.id === saved.id && notes.every(({ note }) => note.id !== id);
    }),
  );
  return right.filter(Boolean).length / updates.length;
}

type Search = (question: string) => Promise<readonly string[]>;

/** The part of all that came among the first. */
export function within(places: Places, most: number): number {
  return places.filter((place) => place >= 0 && place < most).length / places.length;
}

function share(places: Places, most: number): string {
  return within(places, most).toFixed(3);
}

function placesByWords({ talks, questions }: Talks, words: Words): Places {
  const exchanges = talks.flatMap((talk, room) => talk.map((one, at) => ({ ...one, room, at })));
  using index = new FullText(
    exchanges.map(({ line, answer }) => `${line}\n${answer}`),
    words,
  );
  return questions.map(({ text, talk, at }) => {
    const found = index.search(text, MOST).map((place) => exchanges[place]);
    return found.findIndex((one) => one?.room === talk && one.at === at);
  });
}

async function placesByMemory(path: string, { talks, questions }: Talks): Promise<Places> {
  await using memory = await openMemory(path, { cleaner: new TextCleaner() });
  await memory.index(talkJournal(talks));
  const places: number[] = [];
  for (const { text, talk, at } of questions) {
    const { episodes } = await memory.search(text, "human", { most: MOST });
    const isMeant = (one: { room: string; firstSeq: number }) =>
      one.room === `${talk}` && one.firstSeq === seqOf(at);
    places.push(episodes.findIndex(isMeant));
  }
  return places;
}

/** Sentences that could be notes, always in the same order. */
export async function sentencesOfDocuments(): Promise<readonly string[]> {
  const folder = `${import.meta.dir}/../../docs`;
  const files = (await Array.fromAsync(new Glob("**/*.md").scan(folder))).sort();
  const texts = await Promise.all(files.map((file) => Bun.file(`${folder}/${file}`).text()));
  return texts
    .flatMap((text) => text.replaceAll(/\n(?!\n)/g, " ").split(/\n|(?<=[.:;]) /))
    .map((sentence) => sentence.trim())
    .filter(({ length }) => length > 30 && length < 200);
}

/** The facts with a question in their own words and one in none of them. */
export async function readFacts(): Promise<readonly Fact[]> {
  const rows = await readTable("facts.tsv");
  return rows.map(([fact = "", own = "", other = ""]) => ({ fact, own, other }));
}

async function readTable(name: string): Promise<readonly (readonly string[])[]> {
  const text = await Bun.file(`${import.meta.dir}/${name}`).text();
  return text
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
}

/** @returns how many notes there are then. */
export async function saveAll(memory: Memory, texts: readonly string[]): Promise<number> {
  const by = { trust: "human", origin: "human" } as const;
  await Promise.all(texts.map((text) => memory.save({ text, kind: "fact" }, by)));
  return memory.list("human").length;
}
