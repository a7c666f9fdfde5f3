/** A server on the loopback that must not be reached, or that leads astray. */

export interface Door extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Puts the port in place of `PORT`. */
  url(text: string): string;
  /** What plain `fetch` gets there. */
  fetch(url: string, init?: RequestInit): Promise<string>;
}

export type Answering = string | ((request: Request) => Response | Promise<Response>);

/** Two of 127.0.0.0/8, for not only the first is this machine, and the one of IPv6. */
const LOOPBACK = ["127.0.0.1", "127.9.9.9", "::1"];

/**
 * Listens on one address; without one, on several of the loopback.
 *
 * @param answer a text, or a function of the request.
 */
export function openDoor(address?: string, answer: Answering = "welcome", port = 0): Door {
  const serve = (hostname: string, at: number) =>
    Bun.serve({
      hostname,
      port: at,
      fetch: typeof answer === "string" ? () => new Response(answer) : answer,
    });
  const [main = "", ...others] = address === undefined ? LOOPBACK : [address];
  const first = serve(main, port);
  const number = first.port ?? 0;
  const servers = [first, ...others.map((other) => serve(other, number))];
  const url = (text: string): string => text.replaceAll("PORT", String(number));
  return {
    address: main,
    port: number,
    url,
    fetch: async (text, init) => await (await fetch(url(text), init)).text(),
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) await server.stop(true);
    },
  };
}
