/**
 * A model server in a process of its own, so that its work is in no contestant's figures. Prints its port.
 *
 *   POST /single/v1/chat/completions   every chunk in a packet of its own, as a model brings them
 *   POST /burst/v1/chat/completions    all at once, as a proxy with a buffer does
 *   GET  /burst/v1/models
 */
import { MODEL, wireEvents } from "../support/chat-wire.ts";

/** Between two packets: longer than any client needs for one, so that each is read by itself. */
const PAUSE_MS = 0.1;

const events = wireEvents();
const whole = Buffer.concat(events);

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: {
    "/single/v1/chat/completions": (request) => answer(request, onePacketEach()),
    "/burst/v1/chat/completions": (request) => answer(request, whole),
    "/burst/v1/models": Response.json({ object: "list", data: [{ id: MODEL, object: "model" }] }),
  },
});
process.stdout.write(`${server.port}\n`);

async function answer(
  request: Request,
  body: ReadableStream | Uint8Array<ArrayBuffer>,
): Promise<Response> {
  await request.arrayBuffer();
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function onePacketEach(): ReadableStream {
  return new ReadableStream({
    // Unlike the default kind, a direct stream puts every flushed piece on the wire by itself.
    type: "direct",
    pull: async (controller) => {
      for (const event of events) {
        const start = performance.now();
        controller.write(event);
        await controller.flush();
        // No timer of an event loop is as short as this.
        do await new Promise(setImmediate);
        while (performance.now() - start < PAUSE_MS);
      }
      controller.close();
    },
  });
}
