/** A server that has an answer for each of some paths. */

/** @param routes what it answers, as JSON, by the path; everything else is not there. */
export function pathServer(routes: Readonly<Record<string, unknown>>): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const answer = routes[new URL(url).pathname];
      if (answer !== undefined) return Response.json(answer);
      return Response.json({ error: { message: "Not found" } }, { status: 404 });
    },
  });
}
