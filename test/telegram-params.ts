/** What a request to the double of Telegram holds, and what Telegram would not take of it. */
import { BadHtml, readTelegramHtml } from "./telegram-html.ts";

export type Params = Readonly<Record<string, unknown>>;

export interface Button {
  readonly text: string;
  readonly callback_data?: string;
}

interface RefusalOptions {
  /** As an HTTP status. */
  readonly code: number;
  /** In seconds. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** What the Bot API answers instead of a result. */
export class Refusal extends Error {
  readonly code: number;
  readonly retryAfter: number | undefined;
  constructor(description: string, { code, retryAfter, cause }: RefusalOptions) {
    super(description, { cause });
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export async function paramsOf(request: Request): Promise<Params> {
  const type = request.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    const text = await request.text();
    return text === "" ? {} : JSON.parse(text);
  }
  return type.includes("form") ? Object.fromEntries(await request.formData()) : {};
}

/** @throws {Refusal} for what Telegram would not show. */
export function textOf(params: Params): {
  readonly text: string;
  readonly html: string | undefined;
} {
  const given = String(params["text"] ?? "");
  if (!given.isWellFormed())
    throw new Refusal("Bad Request: strings must be encoded in UTF-8", { code: 400 });
  const mode = params["parse_mode"];
  if (mode !== undefined && mode !== "HTML")
    throw new Refusal("Bad Request: unsupported parse_mode", { code: 400 });
  const text = mode === "HTML" ? plainOf(given) : given;
  if (text.trim() === "") throw new Refusal("Bad Request: message text is empty", { code: 400 });
  if (text.length > 4096) throw new Refusal("Bad Request: message is too long", { code: 400 });
  return { text, html: mode === "HTML" ? given : undefined };
}

function plainOf(html: string): string {
  try {
    return readTelegramHtml(html);
  } catch (error) {
    if (error instanceof BadHtml) {
      throw new Refusal(`Bad Request: ${error.message}`, { code: 400, cause: error });
    }
    throw error;
  }
}

export function buttonsOf(params: Params): readonly Button[] {
  const markup = params["reply_markup"];
  const read = typeof markup === "string" ? JSON.parse(markup) : markup;
  const rows: readonly (readonly { text: string; callback_data?: string }[])[] =
    Object(read).inline_keyboard ?? [];
  const buttons = rows.flat();
  for (const { callback_data: data = "" } of buttons) {
    if (Buffer.byteLength(data) > 64)
      throw new Refusal("Bad Request: BUTTON_DATA_INVALID", { code: 400 });
  }
  return buttons;
}
