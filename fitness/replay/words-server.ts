/** Stands in for a model: says what was recorded, completion by completion, whatever it is asked. */
import { z } from "zod";

export interface WordsServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  /** From now on these are said, one a request. */
  rewind(words: readonly string[]): void;
  /** What it was told of calls since then, by the id of the call. */
  readonly told: ReadonlyMap<string, string>;
}

const requestSchema = z.object({
  messages: z.array(
    z.object({
      role: z.string(),
      content: z.string().nullish(),
      tool_call_id: z.string().nullish(),
    }),
  ),
});

export function wordsServer(): WordsServer {
  let left: string[] = [];
  const told = new Map<string, string>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/models"))
        return Response.json({ object: "list", data: [{ id: "m" }] });
      // Some ask a server what it knows of a model: that is not a completion.
      if (!pathname.endsWith("/chat/completions")) return new Response(null, { status: 404 });
      const asked = requestSchema.safeParse(await request.json().catch(() => undefined));
      for (const { tool_call_id: id, content } of asked.data?.messages ?? []) {
        if (typeof id === "string") told.set(id, content ?? "");
      }
      const words = left.shift();
      // More was asked than was recorded: that is a difference, and not one to hide.
      if (words === undefined)
        return Response.json({ error: { message: "no more" } }, { status: 400 });
      return new Response(words, { headers: { "content-type": "text/event-stream" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    rewind: (words) => {
      left = [...words];
      told.clear();
    },
    told,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
