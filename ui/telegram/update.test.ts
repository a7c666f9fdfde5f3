import { expect, test } from "bun:test";
import { updatesSchema } from "./update.ts";

const user = { id: 7, is_bot: false, first_name: "Ann" };
const chat = { id: 7, type: "private" };
const message = { message_id: 1, date: 1, chat, from: user };

const read = (content: object) =>
  updatesSchema.parse([{ update_id: 5, message: { ...message, ...content } }])[0];

test.each([
  [{ text: "hi" }, { text: "hi" }],
  [
    { caption: "see", document: { file_id: "a", file_name: "b.txt", file_size: 3 } },
    { text: "see", file: { id: "a", name: "b.txt", bytes: 3 } },
  ],
  [
    { photo: [{ file_id: "small" }, { file_id: "large" }] },
    { file: { id: "large", name: "photo.jpg" } },
  ],
  [{ audio: { file_id: "a", file_name: "x.mp3" } }, { file: { id: "a", name: "x.mp3" } }],
  [{ video: { file_id: "v" } }, { file: { id: "v" } }],
  [{ voice: { duration: 3 } }, { other: "a voice message of 3 s" }],
  [{ video_note: { duration: 4 } }, { other: "a video message of 4 s" }],
  [{ sticker: { emoji: "🙂" } }, { other: "a sticker 🙂" }],
  [{ location: { latitude: 48.2, longitude: 16.4 } }, { other: "a location: 48.2, 16.4" }],
  [{ contact: {} }, { other: "a contact" }],
  [{ poll: {} }, { other: "a poll" }],
  [{ reply_to_message: { from: { ...user, id: 9 } }, text: "x" }, { repliesTo: 9 }],
])("%j of a message is read as %j", (content, wanted) => {
  expect(read(content)).toMatchObject({ kind: "message", update: 5, chat, ...wanted });
});

test("a press without a message is one of a message that is too old", () => {
  const [press] = updatesSchema.parse([
    { update_id: 6, callback_query: { id: "q", from: user, data: "y:x", chat_instance: "1" } },
  ]);
  expect(press).toMatchObject({ kind: "press", id: "q", chat: undefined, message: undefined });
});

test("what is of no kind that is known is unknown, and only an update without a number is refused", () => {
  expect(updatesSchema.parse([{ update_id: 1 }, { update_id: 2, message: { chat: 5 } }])).toEqual([
    { kind: "unknown", update: 1 },
    { kind: "unknown", update: 2 },
  ]);
  expect(updatesSchema.safeParse([{ message }]).success).toBe(false);
});
