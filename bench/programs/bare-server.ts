/**
 * The least that a server can do, in a process of its own. Prints its port.
 *
 *   GET  /ready    a few bytes of JSON
 *   GET  /events   a stream
 *   POST /say      writes one event to every stream
 */
const streams = new Set<ReadableStreamDefaultController<string>>();

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  routes: {
    "/ready": () => Response.json({ status: "ready" }),
    "/events": () => {
      let own: ReadableStreamDefaultController<string> | undefined;
      const body = new ReadableStream<string>({
        start: (controller) => {
          own = controller;
          streams.add(controller);
          controller.enqueue(": open\n\n");
        },
        cancel: () => {
          if (own !== undefined) streams.delete(own);
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
    "/say": async (request) => {
      const text = await request.text();
      for (const stream of streams) stream.enqueue(`event: message\ndata: ${text}\n\n`);
      return new Response();
    },
  },
});
process.stdout.write(`${server.port}\n`);
