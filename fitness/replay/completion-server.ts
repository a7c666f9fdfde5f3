/** Stands in for a model: answers with what was recorded, completion by completion, whatever is requested. */
import { z } from "zod";

export interface CompletionServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  /** From now on these are the answers, one a request. */
  rewind(completions: readonly string[]): void;
  /** The output of each tool call since then, by the id of the call. */
  readonly toolOutputs: ReadonlyMap<string, string>;
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

export function completionServer(): CompletionServer {
  let remaining: string[] = [];
  const toolOutputs = new Map<string, string>();
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
      const parsed = requestSchema.safeParse(await request.json().catch(() => undefined));
      for (const { tool_call_id: id, content } of parsed.data?.messages ?? []) {
        if (typeof id === "string") toolOutputs.set(id, content ?? "");
      }
      const completion = remaining.shift();
      // There were more requests than recorded completions: that is a difference, and not one to hide.
      if (completion === undefined)
        return Response.json({ error: { message: "no more" } }, { status: 400 });
      return new Response(completion, { headers: { "content-type": "text/event-stream" } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    rewind: (completions) => {
      remaining = [...completions];
      toolOutputs.clear();
    },
    toolOutputs,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
