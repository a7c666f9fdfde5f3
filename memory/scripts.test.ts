/** Notes and episodes in languages of which no word table knows anything: they are found by their words. */
import { describe, expect, test } from "bun:test";
import { HUMAN, MemoryFolder } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";

/** A sentence, and words of it, by script. */
const SENTENCES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Latin: ["Der Schlüssel heißt „Sonnenblume“.", "Sonnenblume", "schlussel", "Wie heißt er?"],
  Cyrillic: ["Сайт называется «Ромашка».", "Ромашка", "ромашка?", "Как называется сайт?"],
  Greek: ["Ο κωδικός είναι «ελιά»· κράτα τον.", "ελιά", "Ελια", "ποιος είναι ο κωδικός;"],
  Arabic: ["الاجتماع اليوم، في المكتب", "اليوم", "متى الاجتماع؟"],
  Hebrew: ["הפגישה היא ביום שלישי, במשרד־הראשי.", "הפגישה", "במשרד"],
  Devanagari: ["पासवर्ड तिजोरी में रखा है।", "पासवर्ड", "तिजोरी कहाँ है?"],
  Han: ["服务器的密码在保险箱里。", "保险箱", "密码在哪里？", "服务器"],
  "Han of one character": ["猫在花园里睡觉。", "猫", "花园"],
  Kana: ["店は金曜日にデプロイされます。", "金曜日", "デプロイはいつ？", "店"],
  Hangul: ["서버 비밀번호는 금고에 있습니다.", "비밀번호", "금고가 어디에 있어?"],
  Thai: ["น้ำดื่มอยู่ในตู้เย็นที่ชั้นสอง", "น้ำดื่ม", "ตู้เย็น", "ชั้นสอง"],
  Lao: ["ລະຫັດຜ່ານຢູ່ໃນຕູ້ນິລະໄພ", "ລະຫັດຜ່ານ"],
  Khmer: ["ពាក្យសម្ងាត់របស់ម៉ាស៊ីនមេ", "ពាក្យសម្ងាត់"],
  Myanmar: ["ဆာဗာ၏စကားဝှက်", "စကားဝှက်"],
};
const ASKED = Object.entries(SENTENCES).flatMap(([script, [, ...questions]]) =>
  questions.map((question) => [script, question] as const),
);

describe("in every script, among all the others,", () => {
  test.each(ASKED)("%s: what %j asks for is found first", async (script, question) => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = new Talk();
    for (const [text] of Object.values(SENTENCES)) {
      await memory.save({ text, kind: "fact" }, HUMAN);
      await talk.exchange("r", [text, "…"]);
      // So that an exchange is not found with the beginning of the one before it.
      await talk.exchange("r", ["pebble", "stone"]);
    }
    await memory.index(talk.journal);
    const { notes, episodes } = await memory.search(question, "human");
    const [text] = SENTENCES[script] ?? [];
    expect(notes[0]?.note.text).toBe(text);
    expect(episodes[0]?.text).toStartWith(`user: ${text}`);
  });
});
