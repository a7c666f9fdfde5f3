/** What goes with a note that is forgotten, and what stays. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import type { Author, Memory } from "#core/memory.ts";
import { HUMAN, MemoryFolder } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";
import { processorMs } from "#test/processor-time.ts";
import { ErasedTexts } from "./erased-texts.ts";
import { MEMORY_FORMAT } from "./schema.ts";

const fact = (text: string) => ({ text, kind: "fact" }) as const;

/** A turn of a model that answered a line. */
function modelAt(room: string, seq: number): Author {
  return { trust: "model", origin: "persona:agent", room, seq, turn: `${room}${seq}` };
}

/** What every exchange says that is kept. */
async function kept(memory: Memory): Promise<readonly string[]> {
  const { episodes } = await memory.search("user agent said", "human", { most: 20 });
  return episodes.map(({ text }) => text);
}

/** Exchanges that can all be found by one word, which stands in each answer. */
async function talkOf(...lines: readonly (readonly [string, string])[]): Promise<Talk> {
  const talk = new Talk();
  for (const [line, answer] of lines) await talk.exchange("r", [line, `${answer} said`]);
  return talk;
}

describe("a note that is forgotten leaves alone", () => {
  test("exchanges in which no more than the line stands that it was made of", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = await talkOf(
      ["The beta crashes on start. What do you think?", "A missing DLL."],
      ["Postgres or SQLite? What do you think?", "SQLite."],
      ["What do you think?", "The door should be blue."],
    );
    await memory.index(talk.journal);
    const note = { ...fact("Doors look best in a dark blue."), quote: "What do you think?" };
    const { id } = await memory.save(note, modelAt("r", 9));
    await memory.forget(id);
    for (const reads of [false, true]) {
      if (reads) await memory.reindex(talk.journal);
      const left = await kept(memory);
      expect(left).toHaveLength(2);
      expect(left.join()).not.toContain("blue");
    }
  });

  test("an exchange that went on while the line was typed that it came from", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = new Talk();
    const asked = await talk.begin("r", await talk.line("r", "Which port does staging use?"));
    const line = await talk.line("r", "Keep what I told you of the alarm.");
    await talk.answer("r", asked, "Port 8443, as was said.");
    await talk.end("r", asked);
    const keeping = await talk.begin("r", line);
    await talk.answer("r", keeping, "Kept, as was said.");
    await talk.end("r", keeping);
    await memory.index(talk.journal);
    const { id } = await memory.save(fact("The alarm code is 4711."), modelAt("r", 3));
    await memory.forget(id);
    const left = ["user: Which port does staging use?\nagent: Port 8443, as was said."];
    expect(await kept(memory)).toEqual(left);
    await memory.reindex(talk.journal);
    expect(await kept(memory)).toEqual(left);
  });
});

/** Too short or too common to say which exchange is meant. */
const COMMON: readonly string[] = [
  ...[
    "Yes.",
    "please",
    "Please be just that.",
    "hello world",
    "OK, thanks",
    "I don't know.",
    "No.",
  ],
  ...[
    "What do you think?",
    "Blue",
    "the port",
    "Step 1",
    "That is right.",
    "好的。",
    "はい。",
    "谢谢你",
    "ありがとう",
    "That makes sense",
    "It works now",
  ],
];

describe("of a note too short or too common, exchanges that hold it stay", () => {
  const lines = [
    ["Which port does staging use, please?", "Yes, port 8443. That is right."],
    ["How do I print in zig? What do you think?", 'print("hello world") — step 1, OK, thanks. No.'],
    [
      "I don't know. What colour is the door, 好的?",
      "Blue. はい, please be just that. That makes sense; it works now. 谢谢你 ありがとう",
    ],
  ] as const;

  test.each(COMMON)("%j", async (text) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = await talkOf(...lines);
    await memory.index(talk.journal);
    const { id } = await memory.save(fact(text), HUMAN);
    const { id: other } = await memory.save(fact("also really very"), HUMAN);
    await memory.forget(id);
    expect((await memory.verify()).episodes).toBe(3);
    // What is read later, and read anew.
    for (const [line, answer] of lines) await talk.exchange("r2", [line, answer]);
    expect(await memory.index(talk.journal)).toBe(3);
    expect(await memory.reindex(talk.journal)).toBe(0);
    expect((await memory.verify()).episodes).toBe(6);
    expect(memory.list("human").map((note) => note.id)).toEqual([other]);
    const again = { trust: "model", origin: "observer" } as const;
    await expect(memory.save(fact(text), again)).rejects.toMatchObject({ code: "MEMORY_TRUST" });
  });
});

/** What was noted, and how it was said elsewhere. */
const SAID: readonly (readonly [string, ...string[]])[] = [
  ["We use R for everything.", "By the way: we use R for everything, always"],
  ["You should have it all done by then.", "I said you should have it all done by then, so"],
  ["店は金曜日にデプロイされます。", "ところで、店は金曜日にデプロイされますよね"],
  ["服务器的密码在保险箱里", "请记住：服务器的密码在保险箱里。谢谢"],
  ["รหัสผ่านของเซิร์ฟเวอร์อยู่ในตู้เซฟ", "จำไว้ว่ารหัสผ่านของเซิร์ฟเวอร์อยู่ในตู้เซฟนะ"],
  ["密码是樱花", "我的密码是樱花哦"],
  ["パスワードは桜です", "えっと、パスワードは桜です！"],
  ["Das Fest ist in der STRASSE der Rosen", "das Fest ist in der Straße der Rosen"],
  ["Пароль от сервера лежит в сейфе.", "Запомни: «пароль от сервера лежит в сейфе», ладно?"],
  ["كلمة المرور في الخزنة", "تذكر أن كلمة المرور في الخزنة، شكرا"],
  ["सर्वर का पासवर्ड तिजोरी में है", "याद रखो: सर्वर का पासवर्ड तिजोरी में है।"],
  ["서버 비밀번호는 금고에 있습니다", "기억해, 서버 비밀번호는 금고에 있습니다."],
  ["Alarm 4711", "The alarm, 4711, goes off", "alarm: **4711**"],
  ["hunter2", "my word is hunter2, ok?"],
  ["Anna likes tea.", "I hear Anna likes\ntea, not coffee"],
  ["The naïve key is Ünal", "the naive KEY is Ünal then"],
  ["Use ﬁle one for backup", "Use file one for backup"],
  ["The host is db-prod-01.example.org", "host `db-prod-01.example.org` is down"],
  ["The alarm code of the shop is 4711.", "I think the alarm code of that shop is\n4711, ok?"],
];

/** With something around it, in which the 1,200 characters of an episode end at another place each time. */
function* cutLines(text: string): Generator<readonly [string, string]> {
  const filler = "pebble stone ".repeat(300);
  for (let pad = 530; pad < 600; pad += 3) yield [`${filler.slice(0, pad)} ${text}`, filler];
  for (let pad = 1120; pad < 1190; pad += 3) yield ["Say it", `${filler.slice(0, pad)} ${text}`];
}

describe("a forgotten text stands in no exchange,", () => {
  const wordsIn = (texts: readonly string[], text: string) =>
    texts.filter((one) => one.toLowerCase().includes(text.toLowerCase()));

  test.each(SAID)("as in %j", async (text, ...said) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = await talkOf(...said.map((line) => [line, "Noted, as was"] as const));
    await talk.exchange("r", ["What is new?", `As you told me, ${said[0]}. That was said`]);
    await talk.exchange("r", ["What is for lunch?", "Soup, as was said"]);
    await memory.index(talk.journal);
    const { id } = await memory.save(fact(text), HUMAN);
    await memory.forget(id);
    const soup = "user: What is for lunch?\nagent: Soup, as was said";
    expect(await kept(memory)).toEqual([soup]);
    expect((await memory.verify()).problems).toEqual([]);
    // Read later, in another room, and all of it anew.
    for (const line of said) await talk.exchange("r2", [line, "Noted, as was said"]);
    expect(await memory.index(talk.journal)).toBe(0);
    expect(await memory.reindex(talk.journal)).toBe(0);
    expect(await memory.verify()).toMatchObject({ episodes: 1, problems: [] });
  });

  test("nor the part of it before the place where an exchange is cut", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const text = "The safe in the cellar opens with 4711 8822 right left right";
    const talk = new Talk();
    for (const lines of cutLines(text)) await talk.exchange("r", lines);
    await talk.exchange("r", ["What is for lunch?", "Soup, as was said"]);
    await memory.index(talk.journal);
    const { id } = await memory.save(fact(text), HUMAN);
    await memory.forget(id);
    for (const reads of [false, true]) {
      if (reads) await memory.reindex(talk.journal);
      const { episodes } = await memory.search("pebble stone safe cellar", "human", { most: 20 });
      expect(
        wordsIn(
          episodes.map((one) => one.text),
          "safe in the cellar",
        ),
      ).toEqual([]);
      expect((await kept(memory)).join()).toContain("Soup");
    }
  });

  test("and where one does, the check of the memory says so", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = await talkOf(["The alarm code of the shop is 4711.", "Noted, as was"]);
    await memory.index(talk.journal);
    await memory[Symbol.asyncDispose]();
    {
      await using other = new MemoryFolder();
      const erasing = await other.open();
      const { id } = await erasing.save(fact("The alarm code of the shop is 4711."), HUMAN);
      await erasing.forget(id);
      await erasing[Symbol.asyncDispose]();
      using from = new Database(place.path);
      from.run(`attach '${other.path}' as other`);
      for (const table of ["erased", "erased_text"])
        from.run(`insert into ${table} select * from other.${table}`);
    }
    const again = await place.open();
    expect((await again.verify()).problems).toEqual(["1 episodes hold a text that was forgotten."]);
  });
});

test("a quote that holds a forgotten text is not kept with a later note", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const { id } = await memory.save(fact("The alarm code of the shop is 4711."), HUMAN);
  await memory.forget(id);
  const quote = "Keep it: the alarm code of the shop is 4711.";
  const later = { ...fact("The shop has an alarm."), quote };
  const { id: other } = await memory.save(later, modelAt("r", 1));
  expect(memory.show(other, "human").quote).toBeUndefined();
});

test("of every note that says the same the exchange goes that it came from", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const talk = await talkOf(["It rhymes with bort.", "Noted, as was"], ["Soup?", "Yes, as was"]);
  await memory.index(talk.journal);
  const text = "The codeword is zanzibarwort.";
  const { id } = await memory.save(fact(text), HUMAN);
  await memory.save({ ...fact(text), scope: "persona:agent" }, modelAt("r", 1));
  await memory.forget(id);
  expect(await kept(memory)).toEqual(["user: Soup?\nagent: Yes, as was said"]);
});

test("the line that a forgotten note was made of is not a quote of another note any more", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const quote = "The archive opens with a word that rhymes with bort.";
  const { id } = await memory.save({ ...fact("The codeword is zanzibarwort."), quote }, HUMAN);
  const { id: other } = await memory.save({ ...fact("There is an archive."), quote }, HUMAN);
  await memory.forget(id);
  expect(memory.show(other, "human").quote).toBeUndefined();
});

test("a line is compared with all that was forgotten without reading it again", async () => {
  using database = new Database(":memory:", { strict: true });
  database.run(MEMORY_FORMAT.schema);
  const erased = new ErasedTexts(database);
  const compare = () =>
    processorMs(() => {
      const line = { firstSeq: 1, fullText: "We deploy the shop on Fridays." };
      for (let seq = 1; seq <= 2000; seq += 1) erased.isIn("r", line);
    });
  erased.add("The zebra 0 lives in shed q0.", 1);
  await compare();
  const few = await compare();
  for (let n = 1; n <= 500; n += 1) erased.add(`The zebra ${n} lives in shed q${n}.`, 1);
  expect(await compare()).toBeLessThan(4 * few + 20);
  expect(erased.isIn("r", { firstSeq: 1, fullText: "Yes: the zebra 7 lives in shed q7." })).toBe(
    true,
  );
  erased.remove("The zebra 7 lives in shed q7.");
  expect(erased.isIn("r", { firstSeq: 1, fullText: "Yes: the zebra 7 lives in shed q7." })).toBe(
    false,
  );
});

test("notes that hold the same words within others are named, and stay", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const brass = "The door of the shed opens with the brass key.";
  const { id } = await memory.save(fact(brass), HUMAN);
  const longer = await memory.save(fact(`Ana says: ${brass} The lamp is left.`), HUMAN);
  await memory.save(fact("The shed has a brass lamp."), HUMAN);
  expect(await memory.forget(id)).toEqual([longer.id]);
  expect(memory.list("human")).toHaveLength(2);
});
