/** Telegram's Bot API over our own client: every answer is read with a schema, and no error names the token. */
import { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import { type HttpAnswer, type HttpRules, sendRequest } from "#platform/net/http-client.ts";

/** Where Telegram itself answers. */
const TELEGRAM = "https://api.telegram.org";

export interface BotApiOptions {
  readonly token: string;
  /** Without a slash at its end; a Bot API server of the user's own, which may lie anywhere. @default Telegram's */
  readonly server?: string | undefined;
}

/** Telegram refused, in its own words. */
interface ApiRefusal {
  readonly ok: false;
  /** As an HTTP status. */
  readonly code: number;
  readonly description: string;
  /** How long it wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

export type ApiAnswer<Result> = { readonly ok: true; readonly result: Result } | ApiRefusal;

/** Whether a text can be the token of a bot: it becomes a part of every address. */
export function isBotToken(text: string): boolean {
  return /^\d{1,20}:[\w-]{20,100}$/.test(text);
}

interface CallOptions {
  readonly signal: AbortSignal;
  /** Longest time for the answer, in milliseconds. @default 30 s */
  readonly timeoutMs?: number | undefined;
}

interface SendOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly limits?: HttpRules["limits"];
}

const TIMEOUT_MS = 30_000;
const UPLOAD_MS = 180_000;
const MIB = 1024 * 1024;
/** What a bot can fetch, and what it can send. */
export const LARGEST_RECEIVED: number = 20 * MIB;
export const LARGEST_SENT: number = 50 * MIB;

const envelope = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.int().optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().optional() }).optional(),
});

export class BotApi {
  readonly #root: string;
  readonly #token: string;
  readonly #rules: HttpRules;

  constructor({ token, server }: BotApiOptions) {
    this.#token = token;
    this.#root = server ?? TELEGRAM;
    const { port, protocol } = new URL(this.#root);
    const usual = protocol === "https:" ? 443 : 80;
    this.#rules = {
      ports: [port === "" ? usual : Number(port)],
      // A user who names a server of their own has it on their own machine or network.
      allowAddress: server === undefined ? undefined : () => true,
      limits: { redirects: 0 },
    };
  }

  /** The number in front of the token: who the bot is. */
  get botId(): string {
    return this.#token.split(":")[0] ?? "";
  }

  /**
   * Calls a method. @param result what its answer has to be.
   *
   * @throws {OrgError} `NETWORK_FAILED` without an answer, or for one that is not of the Bot API.
   */
  async call<Result>(
    method: string,
    body: Readonly<Record<string, unknown>>,
    { result, ...options }: CallOptions & { readonly result: z.ZodType<Result> },
  ): Promise<ApiAnswer<Result>> {
    const headers = { "content-type": "application/json" };
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    return this.#read(await this.#post(method, { headers, body: bytes }, options), result);
  }

  /** Sends a file as a document. @throws as {@link call}. */
  async sendDocument(
    chat: number,
    file: { readonly name: string; readonly data: Uint8Array; readonly caption?: string },
    options: CallOptions,
  ): Promise<ApiAnswer<unknown>> {
    const form = new FormData();
    form.set("chat_id", String(chat));
    if (file.caption !== undefined) form.set("caption", file.caption);
    form.set("document", new File([new Uint8Array(file.data)], file.name));
    // The runtime knows how a form is written down.
    const written = new Response(form);
    const headers = { "content-type": written.headers.get("content-type") ?? "" };
    const body = new Uint8Array(await written.arrayBuffer());
    const answer = await this.#post(
      "sendDocument",
      { headers, body },
      { timeoutMs: UPLOAD_MS, ...options },
    );
    return this.#read(answer, z.unknown());
  }

  /**
   * Fetches a file. @param path as `getFile` gives it.
   *
   * @throws {OrgError} `NETWORK_FAILED`, also for more than 20 MiB.
   */
  async download(
    path: string,
    { signal, timeoutMs = UPLOAD_MS }: CallOptions,
  ): Promise<Uint8Array> {
    const safe = path.split("/").map(encodeURIComponent).join("/");
    const url = `${this.#root}/file/bot${this.#token}/${safe}`;
    const limits = { wireBytes: LARGEST_RECEIVED, inflatedBytes: LARGEST_RECEIVED };
    const answer = await this.#send({ url }, { signal, timeoutMs, limits });
    if (answer.status !== 200) throw this.#failed(`It answered with status ${answer.status}.`);
    return answer.body;
  }

  async #post(
    method: string,
    request: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
    { signal, timeoutMs = TIMEOUT_MS }: CallOptions,
  ): Promise<HttpAnswer> {
    const url = `${this.#root}/bot${this.#token}/${method}`;
    return await this.#send({ url, method: "POST", ...request }, { signal, timeoutMs });
  }

  async #send(
    request: Parameters<typeof sendRequest>[0],
    { signal, timeoutMs, limits }: SendOptions,
  ): Promise<HttpAnswer> {
    const all = { ...this.#rules.limits, ...limits, totalMs: timeoutMs, idleMs: timeoutMs };
    try {
      return await sendRequest(request, { ...this.#rules, limits: all }, signal);
    } catch (error) {
      signal.throwIfAborted();
      // The address of every request holds the token, and so may what any error says; causes are left out for it, too.
      const why = error instanceof OrgError ? (error.why ?? error.message) : reasonOf(error);
      throw this.#failed(why);
    }
  }

  #read<Result>({ body, status }: HttpAnswer, schema: z.ZodType<Result>): ApiAnswer<Result> {
    const parsed = envelope.safeParse(jsonOf(body));
    // Before Telegram itself stand servers that answer with pages.
    if (!parsed.success)
      return { ok: false, code: status, description: "not an answer of the Bot API" };
    const { ok, result, error_code: code = status, description = "", parameters } = parsed.data;
    if (ok) {
      const read = schema.safeParse(result);
      if (read.success) return { ok, result: read.data };
      return { ok: false, code: 502, description: "an answer of another kind than was asked for" };
    }
    const seconds = parameters?.retry_after;
    const retryAfterMs = seconds === undefined ? undefined : seconds * 1000;
    return { ok, code, description: this.#withoutToken(description), retryAfterMs };
  }

  #failed(why: string): OrgError {
    return new OrgError(`No answer from Telegram (${new URL(this.#root).host})`, {
      code: "NETWORK_FAILED",
      why: this.#withoutToken(why),
      remedies: ["check the connection to the internet, and its name server"],
    });
  }

  #withoutToken(text: string): string {
    return text
      .replaceAll(this.#token, "[token]")
      .replaceAll(encodeURIComponent(this.#token), "[token]");
  }
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
