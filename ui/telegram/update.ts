/** What Telegram tells of what users did, as far as a room can do something with it. */
import { z } from "zod";

interface TelegramUser {
  readonly id: number;
  readonly isBot: boolean;
  readonly name: string;
}

interface TelegramChat {
  readonly id: number;
  /** "private", "group", "supergroup" or "channel". */
  readonly type: string;
}

/** A file that can be fetched. */
export interface SentFile {
  readonly id: string;
  /** As the sender's machine calls it; absent of photos. */
  readonly name?: string | undefined;
  /** In bytes, as far as Telegram tells. */
  readonly bytes?: number | undefined;
}

export interface SentMessage {
  readonly kind: "message";
  readonly update: number;
  readonly message: number;
  readonly chat: TelegramChat;
  readonly from: TelegramUser | undefined;
  /** Text or caption; may be empty. */
  readonly text: string;
  readonly file?: SentFile | undefined;
  /** What it holds that no room can take, in words: "a voice message of 12 s". */
  readonly other?: string | undefined;
  /** Id of the user whose message it answers. */
  readonly repliesTo?: number | undefined;
}

/** A user pressed a button under a message. */
export interface PressedButton {
  readonly kind: "press";
  readonly update: number;
  /** To be answered by, once. */
  readonly id: string;
  readonly from: TelegramUser;
  /** Absent for a message that is too old. */
  readonly chat?: TelegramChat | undefined;
  readonly message?: number | undefined;
  readonly data: string;
}

export type Update =
  | SentMessage
  | PressedButton
  /** Taken as handled: it would come again and again. */
  | { readonly kind: "unknown"; readonly update: number };

const user = z.object({
  id: z.int(),
  is_bot: z.boolean(),
  first_name: z.string().default(""),
  username: z.string().optional(),
});
const chat = z.object({ id: z.int(), type: z.string() });
const file = z.object({
  file_id: z.string(),
  file_name: z.string().optional(),
  file_size: z.number().optional(),
});
const lasting = z.object({ duration: z.number().optional() });

const message = z.object({
  message_id: z.int(),
  chat,
  from: user.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  reply_to_message: z.object({ from: user.optional() }).optional(),
  document: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  animation: file.optional(),
  photo: z.array(file).optional(),
  voice: lasting.optional(),
  video_note: lasting.optional(),
  sticker: z.object({ emoji: z.string().optional() }).optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  contact: z.object({}).optional(),
  poll: z.object({}).optional(),
});

const press = z.object({
  id: z.string(),
  from: user,
  message: z.object({ message_id: z.int(), chat }).optional(),
  data: z.string().default(""),
});

const update = z.object({
  update_id: z.int(),
  message: z.unknown().optional(),
  callback_query: z.unknown().optional(),
});

/** What `getUpdates` answers with; an update that cannot be read is `unknown`, and holds up none behind it. */
export const updatesSchema: z.ZodType<readonly Update[]> = z
  .array(update)
  .transform((all) => all.map(readUpdate));

/** Which updates are asked for. */
export const WANTED_UPDATES: readonly string[] = ["message", "callback_query"];

function readUpdate({ update_id: id, ...raw }: z.infer<typeof update>): Update {
  const sent = message.safeParse(raw.message);
  if (sent.success) return { kind: "message", update: id, ...messageOf(sent.data) };
  const pressed = press.safeParse(raw.callback_query);
  if (!pressed.success) return { kind: "unknown", update: id };
  const { message: at, from, data } = pressed.data;
  return {
    ...{ kind: "press", update: id, id: pressed.data.id, from: userOf(from), data },
    ...{ chat: at?.chat, message: at?.message_id },
  };
}

function messageOf(read: z.infer<typeof message>): Omit<SentMessage, "kind" | "update"> {
  const { text, caption = "", from, reply_to_message: replied } = read;
  return {
    message: read.message_id,
    chat: read.chat,
    from: from && userOf(from),
    text: text ?? caption,
    file: fileOf(read),
    other: otherOf(read),
    repliesTo: replied?.from?.id,
  };
}

function userOf({
  id,
  is_bot: isBot,
  first_name: first,
  username,
}: z.infer<typeof user>): TelegramUser {
  return { id, isBot, name: username === undefined ? first : `${first} @${username}` };
}

function fileOf(read: z.infer<typeof message>): SentFile | undefined {
  // Of a photo there are several sizes, the largest last. An animation comes as a document, too.
  const found = read.document ?? read.audio ?? read.video ?? read.animation ?? read.photo?.at(-1);
  if (found === undefined) return undefined;
  const { file_id: id, file_name: name, file_size: bytes } = found;
  return { id, name: name ?? (read.photo === undefined ? undefined : "photo.jpg"), bytes };
}

function otherOf({
  voice,
  video_note: note,
  ...read
}: z.infer<typeof message>): string | undefined {
  if (voice !== undefined) return `a voice message of ${voice.duration ?? 0} s`;
  if (note !== undefined) return `a video message of ${note.duration ?? 0} s`;
  if (read.sticker !== undefined) return `a sticker ${read.sticker.emoji ?? ""}`.trim();
  if (read.location !== undefined)
    return `a location: ${read.location.latitude}, ${read.location.longitude}`;
  if (read.contact !== undefined) return "a contact";
  return read.poll === undefined ? undefined : "a poll";
}
