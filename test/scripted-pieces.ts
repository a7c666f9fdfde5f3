/** Answers of scripted servers that speak another wire than the compatible one: pieces of bytes, and an end. */

/** What a server answers; text and bytes are flushed one by one. */
export interface Pieces {
  readonly pieces: readonly (string | Uint8Array)[];
  /** `hang`: nothing more comes until the client leaves. @default "close" */
  readonly end?: "close" | "break" | "hang";
  /** The connection breaks once this resolves: when the client has read the pieces. @default 20 ms behind them */
  readonly breakAfter?: Promise<void>;
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly path: string;
  readonly headers: Headers;
  /** The JSON that was sent; `undefined` for a request without a body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export async function askedIn(request: Request): Promise<Asked> {
  const text = await request.text();
  // A test server trusts its client: a body of another shape fails the test that sent it.
  const body = text === "" ? undefined : (JSON.parse(text) as Asked["body"]);
  return { path: new URL(request.url).pathname, headers: request.headers, body };
}

/** One object a line. */
export function lines(...all: readonly unknown[]): Pieces {
  return { pieces: all.map((one) => `${JSON.stringify(one)}\n`) };
}

/** Server-sent events that name their type, as Anthropic's do. */
export function events(...all: readonly { readonly type: string }[]): Pieces {
  return { pieces: all.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`) };
}

export function refusal(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Pieces {
  return { pieces: [JSON.stringify(body)], status, headers };
}

/** The same bytes, cut at one place. */
export function cutAt({ pieces }: Pieces, at: number): Pieces {
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
  return { pieces: [bytes.subarray(0, at), bytes.subarray(at)] };
}

export function responseOf(answer: Pieces, signal: AbortSignal): Response {
  const { pieces, end = "close", status = 200, headers = {}, breakAfter } = answer;
  const stream = new ReadableStream({
    // Unlike the default kind, a direct stream puts every flushed piece on the wire by itself.
    type: "direct",
    pull: async (controller) => {
      for (const piece of pieces) {
        controller.write(piece);
        await controller.flush();
        await new Promise(setImmediate);
      }
      if (end === "hang") await aborted(signal);
      if (end === "break") {
        // A client that finds bytes and break at once hears only of the break (Bun's fetch does so).
        await (breakAfter ?? Bun.sleep(20));
        throw new Error("The script breaks the connection here");
      }
      controller.close();
    },
  });
  return new Response(stream, { status, headers });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
